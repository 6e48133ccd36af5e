using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>An open connection gets other options.</summary>
public sealed class ReconfigureTests : ConnectionTest
{
    [Fact]
    public async Task The_reply_tells_what_holds_now_what_later_and_what_does_not()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("changing");
        await using var client = await ConnectAsync(options);

        var became = await client.ReconfigureAsync(
            options with
            {
                ConnectTimeout = TimeSpan.FromSeconds(3),
                Headers = [new("X-Key", "value")],
                Heartbeat = options.Heartbeat with { PingInterval = TimeSpan.FromSeconds(7) },
                Queue = options.Queue with { Capacity = 3 },
                Subscriptions = options.Subscriptions with { BatchCredits = 4, MaxTopics = 9 },
                Rates = new RateLimitOptions { Outgoing = new RateOptions { Limit = 5 } },
            },
            Ct);

        Assert.Equal(["heartbeat.ping-interval", "queue.capacity"], became.Applied);
        Assert.Equal(["headers", "connect-timeout", "subscriptions.max-topics"], became.FromNextConnection);
        Assert.Equal(["subscriptions.batch-credits", "rates.outgoing.limit"], became.NotApplied);
    }

    [Fact]
    public async Task A_dispatcher_that_there_is_not_is_refused_though_only_the_next_opening_needs_it()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("nowhere");
        await using var client = await ConnectAsync(options);

        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => client.ReconfigureAsync(options with { Dispatcher = "nowhere" }, Ct));

        Assert.Equal("dispatcher", Assert.Single(error.Errors).Key);
        await client.CloseAsync(Ct);
        await client.ReopenAsync(Ct);
        await client.WaitUntilReadyAsync(Ct);
    }

    [Fact]
    public async Task The_same_options_change_nothing()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("same");
        await using var client = await ConnectAsync(options);

        var became = await client.ReconfigureAsync(options with { Headers = [], Reconnect = options.Reconnect with { } }, Ct);

        Assert.Empty(became.Applied.Concat(became.FromNextConnection).Concat(became.NotApplied));
    }

    [Fact]
    public async Task A_request_that_begins_afterwards_has_the_new_time()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        var options = server.Options("hurried");
        await using var client = await ConnectAsync(options);

        await client.ReconfigureAsync(options with { Requests = options.Requests with { Timeout = TimeSpan.FromMilliseconds(80), MaxPending = 1 } }, Ct);
        var first = client.RequestRawAsync(Request("a"), Ct);
        var second = client.RequestRawAsync(Request("b"), Ct);

        Assert.Equal(1, (await Assert.ThrowsAsync<CapacityExceededException>(() => second)).Limit);
        Assert.Equal(TimeSpan.FromMilliseconds(80), (await Assert.ThrowsAsync<RequestTimeoutException>(() => first)).Timeout);
    }

    [Fact]
    public async Task Pings_follow_the_new_interval_at_once()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("pinging") with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromHours(1), UseFramePing = false } };
        await using var client = await ConnectAsync(options);
        var epoch = client.Epoch;

        await client.ReconfigureAsync(options with { Heartbeat = options.Heartbeat with { PingInterval = TimeSpan.FromMilliseconds(20) } }, Ct);

        await AwaitAssertAsync(() => Assert.Contains("ping", server.Received), Deadline);
        Assert.Equal(epoch, client.Epoch);
    }

    [Fact]
    public async Task A_rotation_that_is_planned_anew_is_due_by_the_new_interval()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("rotating") with { Rotation = new RotationOptions { Overlap = TimeSpan.FromMilliseconds(10) } };
        await using var client = await ConnectAsync(options);
        Assert.Null((await client.GetStatusAsync(Ct)).NextRotation);

        await client.ReconfigureAsync(options with { Rotation = options.Rotation with { Interval = TimeSpan.FromHours(2), Jitter = 0 } }, Ct);

        Assert.NotNull((await client.GetStatusAsync(Ct)).NextRotation);
    }

    [Fact]
    public async Task Where_to_connect_holds_from_the_next_physical_connection_on()
    {
        await using var before = await LineServer.StartAsync();
        await using var after = await LineServer.StartAsync();
        var options = before.Options("moving");
        await using var client = await ConnectAsync(options);

        await client.ReconfigureAsync(options with { Url = after.Url }, Ct);
        Assert.Equal(0, after.Server.ConnectionCount);
        await client.RotateAsync(Ct);
        await client.RequestRawAsync(Request("here"), Ct);

        Assert.Contains(after.Received, text => text.EndsWith("|here", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invalid_options_change_nothing_and_name_every_finding()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("careful");
        await using var client = await ConnectAsync(options);

        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => client.ReconfigureAsync(
            options with { Queue = new QueueOptions { Capacity = 0 }, Requests = new RequestOptions { MaxPending = 0, Timeout = TimeSpan.FromMilliseconds(1) } }, Ct));

        Assert.Equal(["requests.max-pending", "queue.capacity"], error.Errors.Select(finding => finding.Key));
        Assert.IsType<Reconfigure>(error.Command);
        Assert.Equal("slow", System.Text.Encoding.UTF8.GetString((await client.RequestRawAsync(Request("slow"), Ct)).Result.Span));
    }

    [Fact]
    public async Task The_name_stays()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("named");
        await using var client = await ConnectAsync(options);

        var became = await client.ReconfigureAsync(options with { Name = "renamed" }, Ct);

        Assert.Equal(["name"], became.NotApplied);
        Assert.Equal("named", (await client.GetStatusAsync(Ct)).Connection);
    }

    [Fact]
    public async Task A_closed_connection_takes_no_options()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("closed");
        var client = await ConnectAsync(options);
        await client.CloseAsync(Ct);

        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.ReconfigureAsync(options, Ct));
    }

    [Fact]
    public async Task A_connection_that_is_down_takes_them_too()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("down") with { Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(30), ImmediateFirstRetry = false } };
        await using var client = await ConnectAsync(options);
        await server.Server.DropAllAsync();
        await NextAsync<ConnectionStateChanged>(client, changed => changed.To == ConnectionState.Reconnecting);

        var became = await client.ReconfigureAsync(options with { Queue = options.Queue with { Capacity = 1 } }, Ct);
        var waits = client.SendAsync(new Send("a"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(30)) }, Ct);
        var tooMany = client.SendAsync(new Send("b"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(30)) }, Ct);

        Assert.Equal(["queue.capacity"], became.Applied);
        Assert.Equal(1, (await Assert.ThrowsAsync<CapacityExceededException>(() => tooMany)).Limit);
        Assert.False(waits.IsCompleted);
        await client.CloseAsync(Ct);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => waits);
    }
}
