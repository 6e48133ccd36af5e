using Akka.Configuration;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

public sealed class BuilderTests : ConnectionTest
{
    [Fact]
    public async Task A_built_connection_connects_with_what_was_said()
    {
        await using var server = await LineServer.StartAsync();

        await using var client = await WebSocketClient.Builder("built").Url(server.Url.ToString())
            .Protocol(new LineProtocol())
            .Requests(requests => requests with { MaxPending = 1 })
            .Requests(requests => requests with { Timeout = TimeSpan.FromSeconds(9) })
            .ConnectAsync(Sys, Ct);

        Assert.Equal(("built", ConnectionState.Ready), (client.Name, client.State));
        server.AnswersRequests = false;
        var first = client.RequestRawAsync(Request("a"), Ct);
        Assert.Equal(1, (await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Request("b"), Ct))).Limit);
        await client.CloseAsync(Ct);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => first);
    }

    [Fact]
    public async Task A_failed_first_attempt_fails_ConnectAsync_and_closes()
    {
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = "no";

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() =>
            WebSocketClient.Builder("rejected").Url(server.Url).Protocol(new LineProtocol { Authenticates = true }).ConnectAsync(Sys, Ct));

        Assert.Equal("rejected", error.Connection);
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("wss//host/path?token=s3cr3t")]
    [InlineData("wss://host:99999999/?token=s3cr3t")]
    [InlineData("")]
    public async Task What_is_wrong_is_told_when_it_is_opened_all_at_once_and_without_secrets(string url)
    {
        var builder = WebSocketClient.Builder("wrong").Url(url).Protocol(new LineProtocol()).Queue(queue => queue with { Capacity = 0 }).Header("X-Key", "s3cr3t\n");

        var error = await Assert.ThrowsAsync<InvalidOptionsException>(() => builder.OpenAsync(Sys, Ct));

        Assert.Equal(["url", "headers.X-Key", "queue.capacity"], error.Errors.Select(finding => finding.Key));
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_builder_may_go_on_in_two_ways()
    {
        await using var server = await LineServer.StartAsync();
        var common = WebSocketClient.Builder("one").Url(server.Url).Protocol(_ => new LineProtocol());
        var wrong = common.Queue(queue => queue with { Capacity = 0 });

        await using var client = await common.ConnectAsync(Sys, Ct);

        Assert.True(client.IsConnected);
        await Assert.ThrowsAsync<InvalidOptionsException>(() => wrong.OpenAsync(Sys, Ct));
    }

    [Fact]
    public async Task An_opening_that_is_cancelled_beforehand_opens_nothing()
    {
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe, typeof(ConnectionEvent));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            WebSocketClient.Builder("nothing").Url("ws://127.0.0.1:1").Protocol(new LineProtocol()).OpenAsync(Sys, new CancellationToken(canceled: true)));

        await using var later = await OpenAsync(new() { Name = "nothing", Url = new Uri("ws://127.0.0.1:1") });
        Assert.Equal(ConnectionState.Disconnected, (await probe.ExpectMsgAsync<ConnectionStateChanged>(Deadline)).From);
    }

    [Fact]
    public async Task An_opening_that_is_cancelled_leaves_no_connection_behind()
    {
        await using var server = await LineServer.StartAsync();
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe, typeof(ConnectionClosed));
        using (new HeldManager(Sys))
        {
            using var cancellation = new CancellationTokenSource();
            var opening = WebSocketClient.Builder("orphan").Url(server.Url).Protocol(new LineProtocol()).OpenAsync(Sys, cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        }

        Assert.Equal("orphan", (await probe.ExpectMsgAsync<ConnectionClosed>(Deadline)).Connection);
        await (await OpenAsync(server.Options("orphan"))).CloseAsync(Ct);
    }

    [Fact]
    public async Task A_connect_that_is_cancelled_during_an_attempt_tells_why_the_last_one_failed()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempts = 0;
        await using var server = await LineServer.StartAsync(new ScriptedServerOptions
        {
            OnUpgrade = async http =>
            {
                if (Interlocked.Increment(ref attempts) == 1)
                {
                    http.Response.StatusCode = 503;
                    return false;
                }

                second.TrySetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return false;
            },
        });
        using var cancellation = new CancellationTokenSource();
        var connecting = WebSocketClient.ConnectAsync(Sys, server.Options("told"), new LineProtocol(), cancellation.Token);
        await second.Task.WaitAsync(Ct);

        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => connecting);
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Fact]
    public async Task Options_come_from_HOCON_and_are_changed_in_code()
    {
        await using var server = await LineServer.StartAsync();
        var config = ConfigurationFactory.ParseString($$"""akka-ws.connections.feed { url = "{{server.Url}}", requests.timeout = 1s }""");
        server.AnswersRequests = false;

        await using var client = await WebSocketClient.Builder("feed").Hocon(config).Protocol(new LineProtocol()).SubProtocols().ConnectAsync(Sys, Ct);

        Assert.Equal(TimeSpan.FromSeconds(1), (await Assert.ThrowsAsync<RequestTimeoutException>(() => client.RequestRawAsync(Request("slow"), Ct))).Timeout);
        Assert.Equal(
            "akka-ws.connections.other",
            Assert.Single((await Assert.ThrowsAsync<InvalidOptionsException>(() => WebSocketClient.Builder("other").Hocon().Protocol(new LineProtocol()).OpenAsync(Sys, Ct))).Errors).Key);
    }

    [Fact]
    public async Task Providers_tell_where_to_connect_after_the_handler_and_how_to_log_in_in_its_place()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol { Endpoint = endpoint => endpoint with { Headers = [new("X-By", "handler")] } };
        IReadOnlyList<string>? seen = null;

        await using var client = await WebSocketClient.Builder("provided").Url("ws://127.0.0.1:1").Protocol(handler)
            .Endpoint(new Provider(endpoint =>
            {
                seen = [.. endpoint.Headers.Select(header => header.Value)];
                return endpoint with { Url = server.Url };
            }))
            .Login(new Login("auth|other"))
            .ConnectAsync(Sys, Ct);

        Assert.Equal(["handler"], seen);
        Assert.Equal(["auth|other"], server.Received);
    }

    [Fact]
    public async Task A_provider_that_fails_costs_the_attempt_and_is_asked_again()
    {
        await using var server = await LineServer.StartAsync();
        var asked = 0;
        await using var client = await WebSocketClient.Builder("failing").Options(server.Options("failing")).Protocol(new LineProtocol())
            .Endpoint(new Provider(endpoint => Interlocked.Increment(ref asked) == 1 ? throw new InvalidOperationException("no key yet") : endpoint))
            .OpenAsync(Sys, Ct);

        await client.WaitUntilReadyAsync(Ct);

        Assert.Equal(2, asked);
        Assert.Equal(ErrorClass.EndpointUnavailable, (await client.GetStatusAsync(Ct)).LastReason?.Class);
    }

    [Fact]
    public async Task A_policy_of_ones_own_decides()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await WebSocketClient.Builder("policy").Url(server.Url).Protocol(new LineProtocol()).ReconnectPolicy(new Never()).ConnectAsync(Sys, Ct);

        await server.Server.DropAllAsync();

        await AwaitAssertAsync(() => Assert.Equal(ConnectionState.Closed, client.State), Deadline);
    }

    private sealed class Provider(Func<ConnectionEndpoint, ConnectionEndpoint> get) : IEndpointProvider
    {
        public ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint endpoint, CancellationToken cancellationToken) => new(get(endpoint));
    }

    private sealed class Login(string text) : ILoginProvider
    {
        public ValueTask<OutboundMessage> BuildLoginAsync(CancellationToken cancellationToken) => new(OutboundMessage.Text(text));
    }

    private sealed class Never : IReconnectPolicy
    {
        public ReconnectDecision Decide(ReconnectSituation situation, AkkaWs.Options.ReconnectOptions options, double chance) => ReconnectDecision.GiveUp;
    }
}
