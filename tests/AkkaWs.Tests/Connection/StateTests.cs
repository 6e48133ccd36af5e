using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Connection;

/// <summary>Each state answers each command, and closes at once.</summary>
public sealed class StateTests : ConnectionTest
{
    private static readonly WebSocketClientOptions Nowhere = new() { Name = "nowhere", Url = new Uri("ws://127.0.0.1:1/") };

    [Fact]
    public async Task While_connecting()
    {
        var connection = await OpenAsync(Nowhere, new LineProtocol(), NeverConnects);
        await InStateAsync(connection, ConnectionState.Connecting);

        await AnswersEverythingAsync(connection);
    }

    [Fact]
    public async Task While_authenticating()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        var connection = await OpenAsync(server.Options("authenticating"), new LineProtocol { Authenticates = true }, WireConnection.ConnectAsync);
        await InStateAsync(connection, ConnectionState.Authenticating);

        await AnswersEverythingAsync(connection);
    }

    [Fact]
    public async Task While_Ready()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        server.AnswersRequests = false;
        var connection = await OpenAsync(server.Options("ready"), new LineProtocol(), WireConnection.ConnectAsync);
        await InStateAsync(connection, ConnectionState.Ready);

        await AnswersEverythingAsync(connection);
    }

    [Fact]
    public async Task While_waiting_for_the_next_attempt()
    {
        var patient = Nowhere with { Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) } };
        var connection = await OpenAsync(patient, new LineProtocol(), WireConnection.ConnectAsync);
        await InStateAsync(connection, ConnectionState.Reconnecting);

        await AnswersEverythingAsync(connection);
    }

    [Fact]
    public async Task While_closing()
    {
        await using var server = await LineServer.StartAsync();
        var connection = await OpenAsync(server.Options("closing"), new LineProtocol(), WireConnection.ConnectAsync);
        await InStateAsync(connection, ConnectionState.Ready);
        server.Server.Stall();
        connection.Actor.Tell(Close.Instance, ActorRefs.NoSender);
        await InStateAsync(connection, ConnectionState.Closing);

        await AnswersEverythingAsync(connection);
    }

    [Fact]
    public async Task When_closed()
    {
        var connection = await OpenAsync(Nowhere, new LineProtocol(), NeverConnects);
        await AskAsync<ConnectionClosed>(connection.Actor, Close.Instance);

        await AnswersEverythingAsync(connection);
    }

    [Fact]
    public async Task A_stopped_connection_answers_whoever_waits()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("stopped"));
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in everything.WithCancellation(Ct))
            {
            }
        });
        var request = client.RequestRawAsync(Request("order"), Ct);
        var subscribing = client.SubscribeAsync("a", Ct);
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline);

        Sys.Stop(client.Connection);

        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => subscribing.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => reading.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.SendAsync("x", Ct).WaitAsync(Deadline));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.GetStatusAsync(Ct).WaitAsync(Deadline));
        await client.CloseAsync(Ct).WaitAsync(Deadline);
    }

    [Fact]
    public async Task The_end_of_the_actor_system_answers_whoever_waits()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("system-ends"));
        var request = client.RequestRawAsync(Request("order"), Ct);
        var subscribing = client.SubscribeAsync("a", Ct);
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline);

        await Sys.Terminate().WaitAsync(Deadline);

        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => request.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => subscribing.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.SendAsync("x", Ct).WaitAsync(Deadline));
    }

    private static Task<WireConnection> NeverConnects(Uri url, WireOptions options, CancellationToken cancellationToken) =>
        Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith<WireConnection>(
            _ => throw new OperationCanceledException(cancellationToken), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task<Opened> OpenAsync(WebSocketClientOptions options, ProtocolHandler handler, WireConnector connect)
    {
        var open = new OpenConnection(options, handler, connect, new Random(1));
        var opened = await AkkaWsExtension.For(Sys).Manager.Ask<ConnectionOpened>(open, Deadline);
        return new Opened(opened.Connection, opened.Handle);
    }

    private Task InStateAsync(Opened connection, ConnectionState state) =>
        AwaitAssertAsync(() => Assert.Equal(state, connection.Handle.Current.State), Deadline);

    private async Task AnswersEverythingAsync(Opened connection)
    {
        var (actor, subscriber) = (connection.Actor, CreateTestProbe());
        var isUp = connection.Handle.Current.State == ConnectionState.Ready;
        var subscribing = actor.AskOutcomeAsync(new Subscribe(["a", "b"], subscriber), Deadline);
        var queued = actor.AskOutcomeAsync(Request("queued") with { WhenNotReady = WhenNotReady.Queue(Deadline) }, Deadline);
        var queuedSend = actor.AskOutcomeAsync(new Send("q"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(Deadline) }, Deadline);
        var request = actor.AskOutcomeAsync(Request("x"), Deadline);
        var send = await actor.AskOutcomeAsync(new Send("x"u8.ToArray()), Deadline);
        if (isUp)
            Assert.IsType<Sent>(send);
        else
            Assert.IsAssignableFrom<WebSocketClientException>(Assert.IsType<Status.Failure>(send).Cause);
        actor.Tell(new CancelRequest("unknown"), ActorRefs.NoSender);
        Assert.Equal(["z"], (await AskAsync<Unsubscribed>(actor, new Unsubscribe(["z"], subscriber))).Topics);
        var state = (await AskAsync<ConnectionStatus>(actor, GetStatus.Instance)).State;
        Assert.Equal(connection.Handle.Current.State, state);
        var watcher = CreateTestProbe();
        actor.Tell(new WatchConnection(watcher), ActorRefs.NoSender);
        Assert.Equal(state, (await watcher.ExpectMsgAsync<ConnectionStateChanged>(Deadline)).To);
        actor.Tell(new UnwatchConnection(watcher), ActorRefs.NoSender);

        Assert.True((await AskAsync<ConnectionClosed>(actor, Close.Instance)).Reason.IsGraceful);

        foreach (var waiting in new[] { subscribing, queued, request })
        {
            var error = Assert.IsAssignableFrom<WebSocketClientException>(Assert.IsType<Status.Failure>(await waiting.WaitAsync(Deadline)).Cause);
            Assert.NotNull(error.Command);
        }

        Assert.Equal(isUp, await queuedSend.WaitAsync(Deadline) is Sent);
        Assert.Equal(ConnectionState.Closed, connection.Handle.Current.State);
        await AwaitAssertAsync(
            async () => Assert.Equal((0, 0, 0), await FiguresAsync(actor)), Deadline);
    }

    private async Task<(int, int, int)> FiguresAsync(IActorRef actor)
    {
        var status = await AskAsync<ConnectionStatus>(actor, GetStatus.Instance);
        return (status.PendingRequests, status.QueuedCommands, status.DesiredTopics);
    }

    private sealed record Opened(IActorRef Actor, ConnectionHandle Handle);
}
