using System.Text;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;

namespace AkkaWs.Tests.Connection;

/// <summary>Who leaves first where messages wait: cancel, order, ping, subscribe, the rest; answers to the server's pings ahead of all.</summary>
public sealed class PriorityTests : ConnectionTest
{
    private static readonly WebSocketClientOptions Options = new()
    {
        Name = "lanes",
        Url = new Uri("ws://127.0.0.1/"),
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };

    [Fact]
    public async Task A_bulk_subscribe_of_5_000_topics_does_not_delay_a_cancel_by_more_than_one_write()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var protocol = new LineProtocol();
        var (connection, handle) = await OpenAsync(venue, protocol);
        IReadOnlyList<Topic> topics = [.. Enumerable.Range(0, 5_000).Select(i => new Topic($"topic-{i}"))];
        var told = 0;
        // The cancel comes while the first of the fifty messages is being built.
        protocol.FailSubscribe = () =>
        {
            if (Interlocked.Increment(ref told) == 1)
                connection.Tell(Request("cancel") with { Priority = MessagePriority.Cancel }, ActorRefs.NoSender);
            return null!;
        };

        connection.Tell(new Subscribe(topics, CreateTestProbe()), ActorRefs.NoSender);

        await AwaitAssertAsync(() => Assert.Equal(51, venue.Newest.Received.Count), Deadline);
        Assert.InRange(Verbs(venue).IndexOf("req"), 0, 1);
        await CloseAsync(connection, handle);
    }

    [Fact]
    public async Task A_cancel_passes_subscriptions_that_wait_for_the_socket()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var (connection, handle) = await OpenAsync(venue, new LineProtocol());
        var gate = HoldWrites(venue.Newest);
        IReadOnlyList<Topic> topics = [.. Enumerable.Range(0, 5_000).Select(i => new Topic($"topic-{i}"))];
        connection.Tell(new Subscribe(topics, CreateTestProbe()), ActorRefs.NoSender);
        // All but what the held write carries wait in the queue by now.
        await gate.Entered.WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(5_000, (await AskAsync<ConnectionStatus>(connection, GetStatus.Instance)).DesiredTopics), Deadline);

        connection.Tell(Request("cancel") with { Priority = MessagePriority.Cancel }, ActorRefs.NoSender);
        await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);
        var inTheHeldWrite = gate.FirstWrite;
        gate.Open.SetResult();

        await AwaitAssertAsync(() => Assert.Equal(51, venue.Newest.Received.Count), Deadline);
        var bytesBefore = venue.Newest.Received.TakeWhile(text => !text.StartsWith("req", StringComparison.Ordinal)).Sum(text => Encoding.UTF8.GetByteCount(text));
        Assert.InRange(bytesBefore, 1, inTheHeldWrite);
        await CloseAsync(connection, handle);
    }

    [Fact]
    public async Task A_cancel_finds_a_place_where_so_much_waits_for_the_socket_that_all_else_is_rejected()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var (connection, handle) = await OpenAsync(venue, new LineProtocol());
        var gate = HoldWrites(venue.Newest);
        connection.Tell(Send("first"), ActorRefs.NoSender);
        await gate.Entered.WaitAsync(Deadline);
        var caller = CreateTestProbe();
        for (var i = 0; i < TransportContext.MaxQueuedWrites; i++)
            connection.Tell(Send("rest"), caller);
        Assert.IsType<CapacityExceededException>((await caller.ExpectMsgAsync<Status.Failure>(Deadline)).Cause);

        connection.Tell(Request("order"), caller);
        Assert.IsType<CapacityExceededException>((await caller.ExpectMsgAsync<Status.Failure>(Deadline)).Cause);
        connection.Tell(Request("cancel") with { Priority = MessagePriority.Cancel }, caller);
        await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);
        gate.Open.SetResult();

        await AwaitAssertAsync(() => Assert.Equal(["first", "cancel", "rest"], venue.Newest.Received.Take(3).Select(text => text.Split('|')[^1])), Deadline);
        await CloseAsync(connection, handle);
    }

    [Fact]
    public async Task What_waits_for_the_socket_leaves_by_priority_and_an_answer_to_the_server_s_ping_ahead_of_all()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var (connection, handle) = await OpenAsync(venue, new LineProtocol());
        var gate = HoldWrites(venue.Newest);
        connection.Tell(Send("first"), ActorRefs.NoSender);
        await gate.Entered.WaitAsync(Deadline);
        foreach (var priority in new[] { MessagePriority.Rest, MessagePriority.Subscribe, MessagePriority.Ping, MessagePriority.Order, MessagePriority.Cancel })
        {
            connection.Tell(Send($"send {priority}") with { Priority = priority }, ActorRefs.NoSender);
            connection.Tell(Request($"{priority}") with { Priority = priority }, ActorRefs.NoSender);
        }

        connection.Tell(new Subscribe(["a"], CreateTestProbe()), ActorRefs.NoSender);
        var before = (await AskAsync<ConnectionStatus>(connection, GetStatus.Instance)).MessagesReceived;
        await venue.Newest.SendAsync("S|ping");
        await AwaitAssertAsync(async () => Assert.Equal(before + 1, (await AskAsync<ConnectionStatus>(connection, GetStatus.Instance)).MessagesReceived), Deadline);
        // The frame may be counted while its status is made: it is worked off before the next.
        await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);
        gate.Open.SetResult();

        await AwaitAssertAsync(() => Assert.Equal(13, venue.Newest.Received.Count), Deadline);
        Assert.Equal(
            [
                "first", "pong", "send Cancel", "Cancel", "send Order", "Order", "send Ping", "Ping", "send Subscribe", "Subscribe", "a", "send Rest", "Rest",
            ],
            venue.Newest.Received.Select(text => text.Split('|')[^1]));
        await CloseAsync(connection, handle);
    }

    [Fact]
    public async Task A_request_is_an_order_and_a_send_is_the_rest_unless_they_say_otherwise()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var (connection, handle) = await OpenAsync(venue, new LineProtocol());
        var gate = HoldWrites(venue.Newest);
        connection.Tell(Send("first"), ActorRefs.NoSender);
        await gate.Entered.WaitAsync(Deadline);
        connection.Tell(Send("rest"), ActorRefs.NoSender);
        connection.Tell(new Subscribe(["a"], CreateTestProbe()), ActorRefs.NoSender);
        connection.Tell(Request("order"), ActorRefs.NoSender);
        await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);

        gate.Open.SetResult();

        await AwaitAssertAsync(() => Assert.Equal(["first", "order", "a", "rest"], venue.Newest.Received.Select(text => text.Split('|')[^1])), Deadline);
        await CloseAsync(connection, handle);
    }

    private static List<string> Verbs(MemoryVenue venue) => [.. venue.Newest.Received.Select(text => text.Split('|')[0])];

    private static Send Send(string text) => new(Encoding.UTF8.GetBytes(text));

    private static HeldWrites HoldWrites(MemoryPeer peer)
    {
        var held = new HeldWrites();
        peer.Client.OnWrite = bytes =>
        {
            if (held.FirstWrite == 0)
                held.FirstWrite = bytes.Length;
            held.Enter.TrySetResult();
            return held.Open.Task;
        };
        return held;
    }

    private async Task<(IActorRef Actor, ConnectionHandle Handle)> OpenAsync(MemoryVenue venue, LineProtocol protocol)
    {
        var opened = await MemoryConnections.OpenAsync(Sys, Options, protocol, venue.ConnectAsync);
        await AwaitAssertAsync(() => Assert.Equal(ConnectionState.Ready, opened.Handle.Current.State), Deadline);
        return opened;
    }

    private async Task CloseAsync(IActorRef connection, ConnectionHandle handle)
    {
        await AskAsync<ConnectionClosed>(connection, Close.Instance);
        await handle.Closed.WaitAsync(Deadline);
    }

    private sealed class HeldWrites
    {
        public TaskCompletionSource Enter { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Entered => Enter.Task;

        public int FirstWrite { get; set; }
    }
}
