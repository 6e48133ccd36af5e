using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>The activities of the source <c>AkkaWs</c>.</summary>
public sealed class TraceTests : ConnectionTest
{
    [Fact]
    public async Task Connecting_is_an_activity_with_its_phases_and_the_login_within()
    {
        using var activities = new ActivityProbe("trace-connect");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-connect"), new LineProtocol { Authenticates = true });

        await AwaitAssertAsync(() => Assert.NotNull(activities.Find("connect")), Deadline);
        var connect = activities.Find("connect")!;
        var login = activities.Find("auth")!;

        Assert.Equal(["upgraded", "authenticated", "ready"], connect.Events.Select(phase => phase.Name));
        Assert.Equal((ActivityKind.Client, 1L, "127.0.0.1", server.Url.Port), (connect.Kind, connect.GetTagItem("akkaws.epoch"), connect.GetTagItem("server.address"), connect.GetTagItem("server.port")));
        Assert.Equal(ActivityStatusCode.Unset, connect.Status);
        Assert.Equal(connect.SpanId, login.ParentSpanId);
        Assert.Equal(connect.TraceId, login.TraceId);
    }

    [Fact]
    public async Task An_attempt_that_fails_is_an_activity_that_failed()
    {
        using var activities = new ActivityProbe("trace-refused");
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.Unauthorized);

        await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(server.Options("trace-refused")));

        var connect = activities.Find("connect")!;
        Assert.Equal((ActivityStatusCode.Error, "handshake_rejected"), (connect.Status, connect.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_rejected_login_is_an_activity_that_failed()
    {
        using var activities = new ActivityProbe("trace-login");
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = "no such key";

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(server.Options("trace-login"), new LineProtocol { Authenticates = true }));

        Assert.Equal("authentication_rejected", activities.Find("auth")!.GetTagItem("error.type"));
        Assert.Equal("authentication_rejected", activities.Find("connect")!.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Subscribing_lasts_until_the_server_confirms_or_refuses()
    {
        using var activities = new ActivityProbe("trace-subscribe");
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add("c");
        await using var client = await ConnectAsync(server.Options("trace-subscribe"));
        await using var updates = await client.SubscribeAsync(["a", "b"], Ct);
        await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync("c", Ct));

        await AwaitAssertAsync(() => Assert.Equal(2, activities.Ended.Count(activity => activity.OperationName == "subscribe")), Deadline);

        var (confirmed, refused) = (activities.Ended.First(a => a.OperationName == "subscribe"), activities.Ended.Last(a => a.OperationName == "subscribe"));
        Assert.Equal((2, ActivityStatusCode.Unset), (confirmed.GetTagItem("akkaws.topics"), confirmed.Status));
        Assert.Equal((1, ActivityStatusCode.Error), (refused.GetTagItem("akkaws.topics"), refused.Status));
    }

    [Fact]
    public async Task A_request_belongs_to_its_callers_trace_and_tells_its_outcome()
    {
        using var activities = new ActivityProbe("trace-request");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-request"));
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();

        await client.RequestRawAsync(Request("hello"), Ct);
        await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(Request("fail"), Ct));

        await AwaitAssertAsync(() => Assert.Equal(2, activities.Ended.Count(activity => activity.OperationName == "request")), Deadline);
        var requests = activities.Ended.Where(activity => activity.OperationName == "request").ToList();
        Assert.All(requests, request => Assert.Equal((caller.TraceId, caller.SpanId), (request.TraceId, request.ParentSpanId)));
        Assert.Equal(["response", "server_error"], requests.Select(request => request.GetTagItem("akkaws.outcome")));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], requests.Select(request => request.Status));
        Assert.Same(caller, Activity.Current);
    }

    [Fact]
    public async Task A_request_that_is_too_large_to_be_sent_is_an_activity_that_failed()
    {
        using var activities = new ActivityProbe("trace-too-large");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-too-large") with { MaxMessageSize = 1_024 });

        await Assert.ThrowsAsync<MessageTooLargeException>(() => client.RequestRawAsync(Request(new string('x', 1_024)), Ct));

        var request = activities.Find("request")!;
        Assert.Equal(
            (ActivityStatusCode.Error, "not_sent", "message_too_large"),
            (request.Status, request.GetTagItem("akkaws.outcome"), request.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_handler_that_wants_it_writes_the_trace_into_the_request()
    {
        using var activities = new ActivityProbe("trace-context");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-context"), new LineProtocol { Trace = traceParent => $"traceparent={traceParent}" });

        await client.RequestRawAsync(Request("hello"), Ct);
        await AwaitAssertAsync(() => Assert.NotNull(activities.Find("request")), Deadline);

        Assert.Contains(server.Received, text => text.EndsWith($"|hello|traceparent={activities.Find("request")!.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handler_that_fails_to_write_the_trace_costs_the_trace_only()
    {
        using var activities = new ActivityProbe("trace-throws");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-throws"), new LineProtocol { Trace = _ => throw new InvalidOperationException("on purpose") });

        var response = await client.RequestRawAsync(Request("hello"), Ct);

        Assert.Equal("hello"u8.ToArray(), response.Result.ToArray());
    }

    [Fact]
    public async Task A_rotation_is_an_activity()
    {
        using var activities = new ActivityProbe("trace-rotate");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-rotate"));

        await client.RotateAsync(Ct);

        var rotation = activities.Find("rotate")!;
        Assert.Equal((1L, 2L, ActivityStatusCode.Unset), (rotation.GetTagItem("akkaws.epoch"), rotation.GetTagItem("akkaws.epoch.new"), rotation.Status));
    }

    [Fact]
    public async Task Switched_off_there_are_no_activities()
    {
        using var activities = new ActivityProbe("trace-off");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("trace-off") with { Telemetry = new TelemetryOptions { Traces = false } }, new LineProtocol { Trace = _ => "traced" });
        await client.RequestRawAsync(Request("hello"), Ct);
        await client.RotateAsync(Ct);

        Assert.Empty(activities.Ended);
        Assert.DoesNotContain(server.Received, text => text.EndsWith("traced", StringComparison.Ordinal));
    }
}
