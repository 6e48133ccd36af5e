using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A close ends within its deadline, with a close frame where the peer can take one, and nobody who waits is forgotten.</summary>
public sealed class ShutdownTests : ConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_close_that_flushes_writes_what_waits_before_the_close_frame()
    {
        await using var server = await LineServer.StartAsync();
        var client = await ConnectAsync(server.Options("flush") with { Queue = new QueueOptions { OnClose = QueueOnClose.Flush }, CloseTimeout = Patience });
        await server.Server.WaitForConnectionAsync(1, cancellationToken: Ct);
        server.Server.Stall();
        var sends = SendALot(client);
        var closing = client.CloseAsync(Ct);
        await SettledAsync(client);
        Assert.Equal(ConnectionState.Closing, client.State);

        server.Server.Resume();

        await closing;
        var outcomes = await Task.WhenAll(sends).WaitAsync(Patience);
        Assert.All(outcomes, outcome => Assert.True(outcome is Sent or Status.Failure { Cause: CapacityExceededException }, $"{outcome}"));
        await server.Server.WaitForAsync(() => server.Server.ConnectionCount == 0, cancellationToken: Ct);
        Assert.Equal(outcomes.Count(outcome => outcome is Sent), server.Server.ConnectionHistory[0].ReceivedCount);
        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, server.Server.ConnectionHistory[0].ClientCloseStatus);
    }

    [Theory]
    [InlineData(QueueOnClose.Fail)]
    [InlineData(QueueOnClose.Flush)]
    public async Task A_close_whose_peer_takes_nothing_ends_in_time_and_answers_everyone(QueueOnClose onClose)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options($"stuck-{onClose}") with
        {
            Queue = new QueueOptions { OnClose = onClose },
            CloseTimeout = TimeSpan.FromMilliseconds(300),
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
        });
        server.Server.Stall();
        var sends = SendALot(client);
        var subscribing = client.SubscribeAsync("a", Ct);
        var request = client.RequestRawAsync(Request("order"), Ct);
        await SettledAsync(client);

        Assert.True((await client.Connection.Ask<ConnectionClosed>(Close.Instance, Patience)).Reason.IsGraceful);

        var outcomes = await Task.WhenAll(sends).WaitAsync(Patience);
        Assert.All(outcomes, outcome => Assert.True(outcome is Sent or Status.Failure { Cause: WebSocketClientException }));
        Assert.Contains(outcomes, outcome => outcome is Status.Failure);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => subscribing.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => request.WaitAsync(Patience));
    }

    [Fact]
    public async Task Commands_that_wait_for_Ready_fail_at_once_when_the_connection_is_closed()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(
            server.Options("queued") with { Queue = new QueueOptions { OnClose = QueueOnClose.Flush } }, new LineProtocol { Authenticates = true });
        var request = client.RequestRawAsync(Request("x") with { WhenNotReady = WhenNotReady.Queue(Patience) }, Ct);
        await SettledAsync(client);

        var closing = client.CloseAsync(Ct);

        await Assert.ThrowsAsync<ConnectionClosedException>(() => request.WaitAsync(Patience));
        await closing;
        Assert.DoesNotContain(server.Received, text => text.StartsWith("req", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_end_of_the_actor_system_sends_close_frames_and_answers_callers_in_every_state()
    {
        await using var server = await LineServer.StartAsync();
        await using var silent = await LineServer.StartAsync();
        silent.AnswersLogin = false;
        var ready = await ConnectAsync(server.Options("ends-ready"));
        var authenticating = await OpenAsync(silent.Options("ends-authenticating"), new LineProtocol { Authenticates = true });
        var waiting = await OpenAsync(new WebSocketClientOptions
        {
            Name = "ends-waiting",
            Url = new Uri("ws://127.0.0.1:1/"),
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) },
        });
        await silent.Server.WaitForAsync(() => silent.Received.Count > 0, cancellationToken: Ct);
        WebSocketClient[] all = [ready, authenticating, waiting];
        var subscribing = all.Skip(1).Select(client => client.SubscribeAsync("a", Ct)).ToList();
        foreach (var client in all)
            await SettledAsync(client);

        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Patience);

        Assert.All(all, client => Assert.Equal(ConnectionState.Closed, client.State));
        foreach (var subscription in subscribing)
            await Assert.ThrowsAnyAsync<WebSocketClientException>(() => subscription.WaitAsync(Patience));
        foreach (var served in new[] { server, silent })
        {
            await served.Server.WaitForAsync(() => served.Server.ConnectionCount == 0, cancellationToken: Ct);
            Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, served.Server.ConnectionHistory[0].ClientCloseStatus);
        }
    }

    // More than the system's buffers and the write queue take.
    private static List<Task<object>> SendALot(WebSocketClient client)
    {
        var payload = new byte[256 * 1024];
        return [.. Enumerable.Range(0, 120).Select(_ => client.Connection.AskOutcomeAsync(new Send(payload, true), Patience))];
    }

    private Task<ConnectionStatus> SettledAsync(WebSocketClient client) => client.GetStatusAsync(Ct);
}
