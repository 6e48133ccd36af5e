using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Subscriptions and orders with limits of their own: one message an hour, in virtual time, so that nothing passes but by a test's own doing.</summary>
public sealed class OwnLimitTests : VirtualTimeTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly WhenNotReady Patient = WhenNotReady.Queue(TimeSpan.FromDays(1));
    private static readonly RateOptions Hourly = new() { Limit = 1, Interval = Hour };
    private static readonly RateLimitOptions HourlySubscriptions = new() { Subscriptions = Hourly };
    private static readonly RateLimitOptions HourlyOrders = new() { Orders = Hourly };

    [Fact]
    public async Task Subscriptions_wait_for_a_gate_of_their_own_and_hold_up_nothing_else()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "topics", HourlySubscriptions with { Outgoing = new RateOptions { Limit = 1_000, Burst = 1_000 } }));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        Tell(client, new Subscribe(["b"], CreateTestProbe()));

        await client.SendAsync("rest", Ct);
        await client.RequestRawAsync(Request("order"), Ct).WaitAsync(Deadline);
        await SettleAsync(client);
        Assert.Equal(["a", "rest", "order"], Received(server));

        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "a", "rest", "order", "b");
    }

    [Fact]
    public async Task Topics_that_are_left_count_as_subscriptions()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "left", HourlySubscriptions));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], subscriber));
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
        await SettleAsync(client);
        Assert.Single(server.Received);

        Scheduler.Advance(Hour);

        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], server.Received.Select(text => text.Split('|')[0])), Deadline);
    }

    [Fact]
    public async Task A_login_counts_as_a_subscription_and_uses_the_reserve_that_topics_must_leave()
    {
        await using var server = await LineServer.StartAsync();
        var rates = HourlySubscriptions with { Subscriptions = Hourly with { Burst = 3, Reserve = 1 } };
        await using var client = await ConnectAsync(Limited(server, "login", rates), new LineProtocol { Authenticates = true });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        var watcher = await WatchAsync(client);

        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        await NextAsync<Reconnected>(watcher);
        await SettleAsync(client);
        Assert.Equal(["auth", "sub", "auth"], Kinds(server));

        Scheduler.Advance(Hour);
        await SettleAsync(client);
        Assert.Equal(["auth", "sub", "auth"], Kinds(server));
        Scheduler.Advance(Hour);
        await AwaitAssertAsync(() => Assert.Equal(["auth", "sub", "auth", "sub"], Kinds(server)), Deadline);
    }

    [Fact]
    public async Task Orders_wait_for_a_gate_of_their_own_cancels_first_and_hold_up_nothing_else()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "orders", HourlyOrders), Trading());
        await client.RequestRawAsync(Request("order 1"), Ct).WaitAsync(Deadline);
        Tell(client, Lasting("order 2"));
        Tell(client, Lasting("order 1 off") with { Priority = MessagePriority.Cancel });

        await client.RequestRawAsync(Request("query"), Ct).WaitAsync(Deadline);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        Assert.Equal(["order 1", "query", "a"], Received(server));
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).ThrottledMessages);

        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "order 1", "query", "a", "order 1 off");
        await SettleAsync(client);
        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "order 1", "query", "a", "order 1 off", "order 2");
    }

    [Fact]
    public async Task Too_many_orders_that_wait_are_rejected_and_others_are_not()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "full", new() { Orders = Hourly with { MaxWaiting = 1 } }), Trading());
        await client.RequestRawAsync(Request("order 1"), Ct).WaitAsync(Deadline);
        Tell(client, Lasting("order 2"));

        var rejected = await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Lasting("order 3"), Ct));
        await client.RequestRawAsync(Request("query"), Ct).WaitAsync(Deadline);

        Assert.Equal(1, rejected.Limit);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).ThrottleRejections);
    }

    [Fact]
    public async Task A_payload_that_the_handler_fails_on_counts_as_an_order()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "fails", HourlyOrders), new LineProtocol { Orders = _ => throw new FormatException("no order") });
        await client.RequestRawAsync(Request("1"), Ct).WaitAsync(Deadline);
        Tell(client, Lasting("2"));

        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);
        Assert.Equal(["1"], Received(server));
    }

    [Fact]
    public async Task The_queue_is_not_held_up_by_topics_that_wait_for_their_own_gate()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "queue", HourlySubscriptions));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        Tell(client, Lasting("order") with { WhenNotReady = Patient });
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromSeconds(30));

        await ReceivedAsync(server, "a", "order");
        await SettleAsync(client);
        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "a", "order", "a");
    }

    [Fact]
    public async Task Topics_go_ahead_of_the_queue_where_their_own_gate_lets_them_pass()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "ahead", new() { Subscriptions = Hourly with { Burst = 100 } }));
        await AskAsync<Subscribed>(client.Connection, new Subscribe([.. Enumerable.Range(0, 250).Select(i => new AkkaWs.Primitives.Topic($"t{i}"))], CreateTestProbe()));
        var asked = server.Received.Count;
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        Tell(client, Lasting("order") with { WhenNotReady = Patient });
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromSeconds(30));

        await AwaitAssertAsync(() => Assert.Equal("order", Received(server)[^1]), Deadline);
        Assert.InRange(asked, 2, 10);
        Assert.Equal(2 * asked + 1, server.Received.Count);
    }

    [Fact]
    public async Task A_cancel_never_overtakes_the_orders_of_the_queue_and_goes_before_those_that_came_after_them()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "behind", new() { Orders = Hourly with { Burst = 3, Reserve = 1 } }), Trading());
        await ReconnectAsync(server, client, [.. Enumerable.Range(1, 4).Select(i => Lasting($"order {i}") with { WhenNotReady = Patient })]);
        await ReceivedAsync(server, "order 1", "order 2");

        Tell(client, Lasting("order 5"));
        Tell(client, Lasting("order 4 off") with { Priority = MessagePriority.Cancel });
        await SettleAsync(client);
        Assert.Equal(["order 1", "order 2"], Received(server));
        Assert.Equal((2, 2), await WaitingAsync(client));

        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "order 1", "order 2", "order 3");
        await SettleAsync(client);
        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "order 1", "order 2", "order 3", "order 4", "order 4 off");
        await SettleAsync(client);
        Assert.Equal((0, 1), await WaitingAsync(client));
        Scheduler.Advance(2 * Hour);
        await ReceivedAsync(server, "order 1", "order 2", "order 3", "order 4", "order 4 off", "order 5");
    }

    [Fact]
    public async Task What_is_held_behind_the_queue_has_its_turn_where_the_queue_expires()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "expires", HourlyOrders), Trading());
        var brief = WhenNotReady.Queue(TimeSpan.FromMinutes(90));
        await ReconnectAsync(server, client, [.. Enumerable.Range(1, 3).Select(i => Lasting($"order {i}") with { WhenNotReady = brief })]);
        await ReceivedAsync(server, "order 1");
        Tell(client, Lasting("order 2 off") with { Priority = MessagePriority.Cancel });
        await SettleAsync(client);

        Scheduler.Advance(Hour);
        await ReceivedAsync(server, "order 1", "order 2");
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromMinutes(40));
        await SettleAsync(client);
        Assert.Equal((0, 1), await WaitingAsync(client));
        Scheduler.Advance(Hour);

        await ReceivedAsync(server, "order 1", "order 2", "order 2 off");
    }

    [Fact]
    public async Task What_waits_in_the_queue_for_the_gate_of_orders_holds_up_nothing_else_in_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "others", HourlyOrders), Trading());
        await ReconnectAsync(server, client, [.. new[] { "order 1", "order 2", "query 1" }.Select(text => Lasting(text) with { WhenNotReady = Patient })]);
        await ReceivedAsync(server, "order 1", "query 1");

        await client.RequestRawAsync(Request("query 2"), Ct).WaitAsync(Deadline);
        await SettleAsync(client);
        Assert.Equal(["order 1", "query 1", "query 2"], Received(server));
        Scheduler.Advance(Hour);

        await ReceivedAsync(server, "order 1", "query 1", "query 2", "order 2");
    }

    [Fact]
    public async Task Topics_wait_behind_a_new_order_and_what_that_waits_for()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "inherits", new() { Outgoing = Hourly }));
        await ReconnectAsync(server, client, [.. Enumerable.Range(1, 2).Select(i => Lasting($"order {i}") with { WhenNotReady = Patient })]);
        await ReceivedAsync(server, "order 1");
        Tell(client, new Subscribe(["a"], CreateTestProbe()));
        Tell(client, Lasting("order 3"));
        await SettleAsync(client);

        foreach (var next in new[] { "order 2", "order 3", "a" })
        {
            Scheduler.Advance(Hour);
            await AwaitAssertAsync(() => Assert.Equal(next, Received(server)[^1]), Deadline);
            await SettleAsync(client);
        }

        await ReceivedAsync(server, "order 1", "order 2", "order 3", "a");
    }

    [Fact]
    public async Task Without_a_limit_a_cancel_does_not_overtake_the_queue_while_topics_are_asked_for()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(Limited(server, "free", new()), protocol);
        var topics = Enumerable.Range(0, 250).Select(i => new AkkaWs.Primitives.Topic($"t{i}"));
        await AskAsync<Subscribed>(client.Connection, new Subscribe([.. topics], CreateTestProbe()));
        var isTold = false;
        protocol.IsUnbuildable = _ =>
        {
            // Between the first of the subscribe messages and the second.
            if (!isTold)
                Tell(client, Lasting("cancel") with { Priority = MessagePriority.Cancel });
            isTold = true;
            return false;
        };
        var before = server.Received.Count;

        await ReconnectAsync(server, client, [.. Enumerable.Range(1, 3).Select(i => Lasting($"order {i}") with { WhenNotReady = Patient })]);

        await AwaitAssertAsync(() => Assert.Equal(2 * before + 4, server.Received.Count), Deadline);
        Assert.Equal(["order 1", "order 2", "order 3", "cancel"], Received(server).Where(text => text.StartsWith('o') || text == "cancel"));
    }

    [Fact]
    public async Task Each_connection_begins_with_a_full_count_where_the_venue_counts_subscriptions_by_connection()
    {
        await using var server = await LineServer.StartAsync();
        var rates = new RateLimitOptions { Subscriptions = Hourly with { Burst = 2 }, SubscriptionsPerConnection = true };
        await using var client = await ConnectAsync(Limited(server, "per-connection", rates), new LineProtocol { Authenticates = true });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        Tell(client, new Subscribe(["b"], CreateTestProbe()));
        await SettleAsync(client);
        Assert.Equal(["auth", "sub"], Kinds(server));

        await ReconnectAsync(server, client);

        await AwaitAssertAsync(() => Assert.Equal(["auth", "sub", "auth", "sub"], Kinds(server)), Deadline);
    }

    [Fact]
    public async Task The_time_for_the_answer_to_a_login_begins_when_the_login_leaves_the_gate()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Limited(server, "late-login", HourlySubscriptions), new LineProtocol { Authenticates = true });
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        server.AnswersLogin = false;
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);

        Scheduler.Advance(TimeSpan.FromMinutes(30));
        await SettleAsync(client);
        Assert.Equal((ConnectionState.Authenticating, 2L), (client.State, client.Epoch.Value));
        Scheduler.Advance(TimeSpan.FromMinutes(30));
        await AwaitAssertAsync(() => Assert.Equal(["auth", "auth"], Kinds(server)), Deadline);
        await SettleAsync(client);
        Assert.Equal((ConnectionState.Authenticating, 2L), (client.State, client.Epoch.Value));

        Scheduler.Advance(TimeSpan.FromSeconds(11));
        var lost = await NextAsync<Reconnecting>(watcher);
        Assert.Contains("no answer to the login", lost.Reason.Description, StringComparison.Ordinal);
    }

    private async Task ReconnectAsync(LineServer server, WebSocketClient client, params Request[] meanwhile)
    {
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        foreach (var request in meanwhile)
            Tell(client, request);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(30));
        await NextAsync<Reconnected>(watcher);
        await SettleAsync(client);
    }

    private async Task<(int Queued, int Throttled)> WaitingAsync(WebSocketClient client)
    {
        var status = await client.GetStatusAsync(Ct);
        return (status.QueuedCommands, status.ThrottledMessages);
    }

    // What is to wait for Ready is sent before the connection is back: a first retry at once would be too soon.
    private static WebSocketClientOptions Limited(LineServer server, string name, RateLimitOptions rates) => server.Options(name) with
    {
        Rates = rates,
        Reconnect = new ReconnectOptions { ImmediateFirstRetry = false },
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };

    private static LineProtocol Trading() => new() { Orders = payload => payload.StartsWith("order", StringComparison.Ordinal) };

    // Not the thirty seconds of a request that says nothing.
    private static Request Lasting(string payload) => Request(payload) with { Timeout = TimeSpan.FromHours(12) };

    private static void Tell(WebSocketClient client, object command) => client.Connection.Tell(command, ActorRefs.NoSender);

    private static IEnumerable<string> Kinds(LineServer server) => server.Received.Select(text => text.Split('|')[0]);

    private static List<string> Received(LineServer server) => [.. server.Received.Select(text => text.Split('|')[^1])];

    private Task ReceivedAsync(LineServer server, params string[] expected) => AwaitAssertAsync(() => Assert.Equal(expected, Received(server)), Deadline);
}
