using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What happens to a connection is told in order, the same on all three ways: the EventStream, to watchers, and as a stream.</summary>
public sealed class EventTests : ConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_life_with_a_loss_is_told_in_order_on_all_three_ways()
    {
        await using var server = await LineServer.StartAsync();
        var stream = CreateTestProbe();
        Sys.EventStream.Subscribe(stream, typeof(ConnectionEvent));
        var client = await ConnectAsync(server.Options("told"), new LineProtocol { Authenticates = true });
        var watcher = CreateTestProbe();
        client.Connection.Tell(new WatchConnection(watcher), ActorRefs.NoSender);
        await watcher.ExpectMsgAsync<ConnectionStateChanged>(Patience);
        Assert.Equal(["Connected", "Authenticated", "Ready"], Names(await UntilAsync<Ready>(stream)));
        var told = CollectAsync(client);

        server.Connection.Drop();
        string[] healing = ["Disconnected", "ConnectionInterrupted", "ConnectionError", "Reconnecting", "Connected", "Authenticated", "Ready", "Reconnected"];
        var lost = await UntilAsync<Reconnected>(stream);
        Assert.Equal(healing, Names(lost));
        Assert.Equal(healing, Names(await UntilAsync<Reconnected>(watcher)));
        Assert.Equal(ErrorClass.Reset, lost.OfType<ConnectionError>().Single().Class);
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], lost.Where(e => e is not ConnectionStateChanged).Select(e => e.Epoch.Value));

        await client.CloseAsync(Ct);
        string[] closing = ["Disconnected", "ConnectionClosed"];
        Assert.Equal(closing, Names(await UntilAsync<ConnectionClosed>(stream)));
        Assert.Equal(closing, Names(await UntilAsync<ConnectionClosed>(watcher)));
        Assert.Equal([.. healing, .. closing], Names(await told.WaitAsync(Patience)));
    }

    [Fact]
    public async Task A_rotation_is_told_without_an_interruption_or_an_error()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("told-rotation"), new LineProtocol { Authenticates = true });
        var stream = CreateTestProbe();
        Sys.EventStream.Subscribe(stream, typeof(ConnectionEvent));

        await client.RotateAsync(Ct);

        var told = (await UntilAsync<Rotated>(stream)).Where(e => e is not ConnectionStateChanged).ToList();
        Assert.Equal(["Connected", "Authenticated", "Ready", "Disconnected", "Rotated"], Names(told));
        Assert.Equal([2, 2, 2, 1, 2], told.Select(e => e.Epoch.Value));
        Assert.Equal(ErrorClass.Rotation, told.OfType<Disconnected>().Single().Reason.Class);
    }

    [Fact]
    public async Task An_attempt_that_fails_is_an_error_and_no_disconnection()
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.Unauthorized);
        var stream = CreateTestProbe();
        Sys.EventStream.Subscribe(stream, typeof(ConnectionEvent));

        await using var client = await OpenAsync(server.Options("told-401"));

        Assert.Equal(["ConnectionError", "ConnectionClosed"], Names(await UntilAsync<ConnectionClosed>(stream)));
    }

    [Fact]
    public async Task A_crash_is_an_error_too()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("told-crash"), protocol);
        var failure = NextAsync<ConnectionError>(client);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;

        await (await client.SubscribeAsync("a", Ct)).DisposeAsync();

        Assert.Equal(ErrorClass.Internal, (await failure).Class);
    }

    // Watches from the moment of the call.
    private async Task<List<ConnectionEvent>> CollectAsync(WebSocketClient client)
    {
        var all = new List<ConnectionEvent>();
        await foreach (var happened in client.WatchAsync(Ct))
            all.Add(happened);
        return all;
    }

    private static IEnumerable<string> Names(IEnumerable<ConnectionEvent> events) =>
        events.Where(e => e is not ConnectionStateChanged).Select(e => e.GetType().Name);

    private static async Task<List<ConnectionEvent>> UntilAsync<T>(Akka.TestKit.TestProbe probe)
        where T : ConnectionEvent
    {
        var seen = new List<ConnectionEvent>();
        do
            seen.Add(await probe.ExpectMsgAsync<ConnectionEvent>(Patience));
        while (seen[^1] is not T);
        return seen;
    }
}
