using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The outgoing rate: one message an hour, in virtual time, so that nothing passes but by a test's own doing.</summary>
public sealed class ThrottleTests : VirtualTimeTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly WhenNotReady Patient = WhenNotReady.Queue(TimeSpan.FromDays(1));
    private static readonly RateOptions Hourly = new() { Limit = 1, Interval = Hour };

    [Fact]
    public async Task Messages_leave_no_faster_than_their_rate_and_in_the_order_of_their_priorities()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "paced"));
        await client.SendAsync("first", Ct);
        Tell(client, new Send("rest"u8.ToArray()) { WhenNotReady = Patient });
        Tell(client, new Subscribe(["a"], CreateTestProbe()));
        Tell(client, Lasting("order"));
        Tell(client, Lasting("cancel") with { Priority = MessagePriority.Cancel });

        Assert.Equal((3, 1L), await WaitingAsync(client));
        foreach (var sent in new[] { "cancel", "order", "a", "rest" })
        {
            Scheduler.Advance(Hour);
            await AwaitAssertAsync(() => Assert.Equal(sent, server.Received[^1].Split('|')[^1]), Deadline);
            if (sent == "a")
                await ConfirmedAsync(client);
            await SettleAsync(client);
        }

        Assert.Equal(5, server.Received.Count);
        Assert.Equal((0, 1L), await WaitingAsync(client));
    }

    [Fact]
    public async Task A_ping_takes_its_turn_at_the_gate_and_its_pong_is_due_from_the_write()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "paced-ping") with
        {
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMinutes(30), UseFramePing = false },
        });
        await client.SendAsync("first", Ct);
        await AwaitAssertAsync(() => Assert.Equal(["first"], server.Received), Deadline);

        Scheduler.Advance(TimeSpan.FromMinutes(30));
        await SettleAsync(client);
        Assert.Equal(["first"], server.Received);
        Scheduler.Advance(Hour);

        await AwaitAssertAsync(() => Assert.Equal(["first", "ping"], server.Received), Deadline);
        await AwaitAssertAsync(async () => Assert.NotNull((await client.GetStatusAsync(Ct)).LastRoundTrip), Deadline);
        Assert.Equal(1, client.Epoch.Value);
    }

    [Fact]
    public async Task One_that_finds_too_many_waiting_is_rejected_and_counted()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "full", Hourly with { MaxWaiting = 2 }));
        await client.SendAsync("first", Ct);
        Tell(client, Lasting("1"));
        Tell(client, Lasting("2"));

        var request = await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Lasting("3"), Ct));
        var send = await Assert.ThrowsAsync<CapacityExceededException>(() => client.SendAsync("4", Ct));

        Assert.Equal((2, 2), (request.Limit, send.Limit));
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((2, 2L, 2), (status.ThrottledMessages, status.ThrottleRejections, status.PendingRequests));
        Assert.InRange(status.ThrottleDelay!.Value, TimeSpan.FromMinutes(1), Hour);
    }

    [Fact]
    public async Task A_cancel_finds_a_place_where_so_much_waits_that_everything_else_is_rejected()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "full-cancel", Hourly with { MaxWaiting = 2 }) with { Requests = new RequestOptions { MaxPending = 2 } });
        await client.SendAsync("first", Ct);
        Tell(client, Lasting("1"));
        Tell(client, Lasting("2"));
        await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Lasting("order"), Ct));

        var cancels = Enumerable.Range(1, 2).Select(i => client.RequestRawAsync(Lasting($"cancel {i}") with { Priority = MessagePriority.Cancel }, Ct)).ToList();
        await SettleAsync(client);

        await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Lasting("cancel 3") with { Priority = MessagePriority.Cancel }, Ct));
        foreach (var cancel in cancels)
        {
            Scheduler.Advance(Hour);
            await cancel.WaitAsync(Deadline);
            await SettleAsync(client);
        }

        Assert.Equal(["first", "cancel 1", "cancel 2"], server.Received.Select(text => text.Split('|')[^1]));
    }

    [Fact]
    public async Task A_request_that_times_out_at_the_gate_is_never_written_and_takes_no_turn()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "ghost"));
        await client.SendAsync("first", Ct);
        var ghost = client.RequestRawAsync(Request("ghost") with { Timeout = TimeSpan.FromMinutes(1) }, Ct);
        var next = client.RequestRawAsync(Lasting("next"), Ct);
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromMinutes(1));
        Assert.False((await Assert.ThrowsAsync<RequestTimeoutException>(() => ghost.WaitAsync(Deadline))).Written);
        await SettleAsync(client);
        Scheduler.Advance(Hour);

        await next.WaitAsync(Deadline);
        Assert.Equal(["first", "next"], server.Received.Select(text => text.Split('|')[^1]));
    }

    [Fact]
    public async Task A_send_that_waits_too_long_at_the_gate_fails_and_is_never_written()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "too-long"));
        await client.SendAsync("first", Ct);
        var impatient = client.SendAsync("ghost", Ct);
        var patient = client.SendAsync(new Send("patient"u8.ToArray()) { WhenNotReady = Patient }, Ct);
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<NotSentException>(() => impatient.WaitAsync(Deadline));
        await SettleAsync(client);
        Scheduler.Advance(Hour);

        await patient.WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["first", "patient"], server.Received), Deadline);
    }

    [Fact]
    public async Task What_is_cancelled_at_the_gate_is_never_written_and_takes_no_turn()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "cancelled"));
        await client.SendAsync("first", Ct);
        using var cancellation = new CancellationTokenSource();
        var request = client.RequestRawAsync(Lasting("request"), cancellation.Token);
        var send = client.SendAsync("send", cancellation.Token);
        await SettleAsync(client);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).ThrottledMessages);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => send.WaitAsync(Deadline));
        Tell(client, new Send("next"u8.ToArray()) { WhenNotReady = Patient });
        await SettleAsync(client);
        Scheduler.Advance(Hour);

        await AwaitAssertAsync(() => Assert.Equal(["first", "next"], server.Received), Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);
    }

    [Fact]
    public async Task What_waits_at_the_gate_when_the_connection_is_lost_was_not_sent_and_never_is()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "lost"));
        var watcher = await WatchAsync(client);
        await client.SendAsync("first", Ct);
        await AwaitAssertAsync(() => Assert.Equal(["first"], server.Received), Deadline);
        var request = client.RequestRawAsync(Lasting("request"), Ct);
        var send = client.SendAsync("send", Ct);
        await SettleAsync(client);

        server.Connection.Drop();

        await Assert.ThrowsAsync<NotSentException>(() => request.WaitAsync(Deadline));
        await Assert.ThrowsAsync<NotSentException>(() => send.WaitAsync(Deadline));
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        await NextAsync<Reconnected>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(Hour);
        await SettleAsync(client);
        Assert.Equal(["first"], server.Received);
    }

    [Fact]
    public async Task The_queue_leaves_behind_the_subscriptions_in_its_order_and_what_expires_meanwhile_never()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(Throttled(server, "queue"), new LineProtocol { Authenticates = true });
        await AwaitAssertAsync(() => Assert.Equal(["auth|secret"], server.Received), Deadline);
        var expired = client.SendAsync(new Send("expired"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromMinutes(80)) }, Ct);
        Tell(client, Lasting("order") with { WhenNotReady = Patient });
        Tell(client, Lasting("its cancel") with { WhenNotReady = Patient, Priority = MessagePriority.Cancel });
        Tell(client, new Subscribe(["a"], CreateTestProbe()));
        await SettleAsync(client);
        await server.Connection.SendTextAsync("S|auth|ok", Ct);
        await client.WaitUntilReadyAsync(Ct);
        await SettleAsync(client);

        Scheduler.Advance(Hour);
        await AwaitAssertAsync(() => Assert.Equal("a", server.Received[^1].Split('|')[^1]), Deadline);
        await ConfirmedAsync(client);
        Scheduler.Advance(TimeSpan.FromMinutes(30));
        await Assert.ThrowsAsync<NotSentException>(() => expired.WaitAsync(Deadline));
        await SettleAsync(client);
        Scheduler.Advance(Hour);
        await AwaitAssertAsync(() => Assert.Equal("order", server.Received[^1].Split('|')[^1]), Deadline);
        await SettleAsync(client);
        Scheduler.Advance(Hour);

        await AwaitAssertAsync(() => Assert.Equal("its cancel", server.Received[^1].Split('|')[^1]), Deadline);
        Assert.Equal(4, server.Received.Count);
    }

    [Fact]
    public async Task A_subscription_that_is_given_up_while_it_waits_for_its_turn_is_never_asked_for()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "given-up"));
        await client.SendAsync("first", Ct);
        var subscriber = CreateTestProbe();
        Tell(client, new Subscribe(["a", "b"], subscriber));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], subscriber));
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);

        Scheduler.Advance(Hour);

        await AwaitAssertAsync(() => Assert.Equal("b", server.Received[^1].Split('|')[^1]), Deadline);
        await ConfirmedAsync(client);
    }

    [Fact]
    public async Task What_is_sent_as_subscriptions_are_does_not_keep_topics_from_their_turn()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Throttled(server, "as-subscriptions"));
        await client.SendAsync("first", Ct);
        Tell(client, new Send("second"u8.ToArray()) { WhenNotReady = Patient, Priority = MessagePriority.Subscribe });
        Tell(client, new Subscribe(["a"], CreateTestProbe()));
        Assert.Equal((1, 1L), await WaitingAsync(client));

        foreach (var sent in new[] { "second", "a" })
        {
            Scheduler.Advance(Hour);
            await AwaitAssertAsync(() => Assert.Equal(sent, server.Received[^1].Split('|')[^1]), Deadline);
        }

        await ConfirmedAsync(client);
    }

    [Fact]
    public async Task Subscribe_messages_keep_to_their_bounds_of_count_and_bytes()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("bytes");
        await using var client = await ConnectAsync(options with { Subscriptions = options.Subscriptions with { MaxSubscribeBytes = 200 } });
        IReadOnlyList<Topic> topics = [new Topic(new string('x', 500)), .. Enumerable.Range(0, 250).Select(i => new Topic($"topic-{i}"))];

        await AskAsync<Subscribed>(client.Connection, new Subscribe(topics, CreateTestProbe()));

        Assert.Equal(topics.Select(t => t.Value).Order(), server.Received.SelectMany(text => text.Split('|')[2].Split(',')).Order());
        Assert.All(server.Received, text => Assert.True(text.Length <= 200 || !text.Contains(',', StringComparison.Ordinal), $"{text.Length} bytes"));
        Assert.InRange(server.Received.Count, 13, 40);
    }

    [Fact]
    public void Without_a_limit_there_is_no_gate()
    {
        var handle = new AkkaWs.Connection.ConnectionHandle("free");
        var options = new WebSocketClientOptions { Name = "free", Url = new Uri("ws://127.0.0.1/") };

        Assert.Empty(new AkkaWs.Connection.ConnectionCore(options, new LineProtocol(), handle, AkkaWs.Wire.WireConnection.ConnectAsync, new Random(1)).Gates.All);
    }

    private static WebSocketClientOptions Throttled(LineServer server, string name, RateOptions? rate = null) => server.Options(name) with
    {
        Rates = new RateLimitOptions { Outgoing = rate ?? Hourly },
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };

    // Not the thirty seconds of a request that says nothing.
    private static Request Lasting(string payload) => Request(payload) with { Timeout = TimeSpan.FromHours(12) };

    private static void Tell(WebSocketClient client, object command) => client.Connection.Tell(command, ActorRefs.NoSender);

    // Or its deadline would be over with the next hour.
    private Task ConfirmedAsync(WebSocketClient client) =>
        AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);

    private async Task<(int, long)> WaitingAsync(WebSocketClient client)
    {
        var status = await client.GetStatusAsync(Ct);
        return (status.ThrottledMessages, status.DesiredTopics);
    }
}
