using System.Globalization;
using System.Text;
using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;
using AkkaWs.Topics;

namespace AkkaWs.Tests.Connection;

/// <summary>How topics are left: lingering, and together.</summary>
public sealed class LeavingTests : VirtualTimeTest
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_subscriber_that_comes_straight_back_costs_nothing_on_the_wire()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "comes-back"));
        for (var round = 0; round < 5; round++)
        {
            var subscription = await client.SubscribeAsync("a", Ct);
            await subscription.UnsubscribeAsync(Ct);
            Scheduler.Advance(Linger / 2);
        }

        await using var last = await client.SubscribeAsync("a", Ct);
        Scheduler.Advance(Linger * 2);
        await SettleAsync(client);
        await server.Connection.SendTextAsync("U|a|x", Ct);

        await foreach (var update in last.WithCancellation(Ct))
        {
            Assert.Equal("U|a|x", Text(update));
            break;
        }

        Assert.Equal(["sub"], Verbs(server));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics);
    }

    [Fact]
    public async Task After_the_linger_the_server_is_told_in_one_message_for_all_topics()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "lingers"));
        var subscription = await client.SubscribeAsync(["a", "b", "c"], Ct);
        await subscription.UnsubscribeAsync(Ct);
        await SettleAsync(client);
        Assert.Equal(["sub"], Verbs(server));

        Scheduler.Advance(Linger);

        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
    }

    [Fact]
    public async Task A_topic_that_lingers_is_brought_back_after_a_loss_and_left_when_its_time_is_over()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "lingers-lost"));
        var watcher = await WatchAsync(client);
        await using var kept = await client.SubscribeAsync("kept", Ct);
        var left = await client.SubscribeAsync("left", Ct);
        await left.UnsubscribeAsync(Ct);
        await SettleAsync(client);

        await LoseAsync(server, client, watcher, TimeSpan.FromSeconds(1));

        await AwaitAssertAsync(() => Assert.Equal(["kept", "left"], server.Subscribed), Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        Scheduler.Advance(Linger);
        await AwaitAssertAsync(() => Assert.Equal(["kept"], server.Subscribed), Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
    }

    [Fact]
    public async Task A_topic_whose_time_to_linger_is_over_before_the_connection_is_back_is_not_brought_back()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "lingered-away"));
        var watcher = await WatchAsync(client);
        await using var kept = await client.SubscribeAsync("kept", Ct);
        var left = await client.SubscribeAsync("left", Ct);
        await left.UnsubscribeAsync(Ct);
        await SettleAsync(client);
        Scheduler.Advance(Linger - TimeSpan.FromMilliseconds(1));

        await LoseAsync(server, client, watcher, TimeSpan.FromSeconds(1));

        await AwaitAssertAsync(() => Assert.Equal(["kept"], server.Subscribed), Deadline);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics);
    }

    [Fact]
    public async Task A_topic_that_is_refused_while_it_lingers_and_subscribed_anew_is_not_left_when_that_time_is_over()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(Options(server, "lingers-refused"));
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        client.Connection.Tell(new Subscribe(["a"], first), ActorRefs.NoSender);
        await AwaitAssertAsync(() => Assert.Equal(["sub"], Verbs(server)), Deadline);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await server.Connection.SendTextAsync($"A|{server.Received[^1].Split('|')[1]}|no|a|busy", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
        server.ConfirmsSubscriptions = true;
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], second));

        Scheduler.Advance(Linger * 2);

        await SettleAsync(client);
        await server.Connection.SendTextAsync("U|a|x", Ct);
        Assert.Equal("U|a|x", Text(await second.ExpectMsgAsync<TopicUpdate>(Deadline)));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics);
        Assert.Equal(["sub", "sub"], Verbs(server));
    }

    [Fact]
    public async Task What_the_actor_of_an_earlier_life_of_a_topic_tells_ends_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("earlier-life"));
        var (subscriber, earlier) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));

        client.Connection.Tell(new TopicDeserted("a", 1), earlier);

        await SettleAsync(client);
        await server.Connection.SendTextAsync("U|a|x", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        Assert.Equal(["sub"], Verbs(server));
    }

    [Fact]
    public async Task Topics_that_are_left_by_one_command_are_left_in_one_message()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("left-together"));
        var topics = Enumerable.Range(0, 50).Select(i => new AkkaWs.Primitives.Topic($"t{i}")).ToList();
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(topics, subscriber));

        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(topics, subscriber));

        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
    }

    [Fact]
    public async Task A_topic_that_is_left_and_joined_again_has_a_marker_between_what_its_two_subscriptions_bring()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server.Options("rejoined"), new LineProtocol { IsNumbered = true });
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
        var joining = AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], second));
        await SettleAsync(client);
        await server.Connection.SendTextAsync("U|a|5", Ct);
        Assert.Equal(5, (await second.ExpectMsgAsync<TopicUpdate>(Deadline)).SourceSequence);

        await server.Connection.SendTextAsync($"A|{server.Received[^1].Split('|')[1]}|ok", Ct);
        await joining.WaitAsync(Deadline);
        await server.Connection.SendTextAsync("U|a|9", Ct);

        Assert.Equal("subscribed again on the same connection", (await second.ExpectMsgAsync<Interrupted>(Deadline)).Reason.Description);
        Assert.Equal(1, (await second.ExpectMsgAsync<Restored>(Deadline)).Epoch.Value);
        Assert.Equal(9, (await second.ExpectMsgAsync<TopicUpdate>(Deadline)).SourceSequence);
        Assert.Equal(["sub", "unsub", "sub"], Verbs(server));
    }

    [Fact]
    public async Task A_topic_that_the_server_leaves_late_has_a_marker_where_the_new_subscription_begins()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server.Options("left-late"), new LineProtocol { IsNumbered = true });
        var first = CreateTestProbe();
        var (second, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
        server.ConfirmsSubscriptions = false;
        client.Connection.Tell(new Subscribe(["a"], second), ActorRefs.NoSender);
        await SettleAsync(client);
        Scheduler.Advance(new SubscriptionOptions().ConfirmTimeout);
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub", "sub"], Verbs(server)), Deadline);

        foreach (var number in new[] { 5, 6, 9, 10 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);

        await AwaitAssertAsync(
            () => Assert.Equal(
                ["U|a|5", "U|a|6", nameof(Interrupted), nameof(Restored), "U|a|9", "U|a|10"],
                Seen(got)),
            Deadline);
    }

    [Fact]
    public async Task Who_joins_before_a_topic_that_the_server_leaves_late_is_confirmed_anew_has_a_marker_where_that_begins()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server.Options("left-late-twice"), new LineProtocol { IsNumbered = true });
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var (third, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
        server.ConfirmsSubscriptions = false;
        client.Connection.Tell(new Subscribe(["a"], second), ActorRefs.NoSender);
        await SettleAsync(client);
        Scheduler.Advance(new SubscriptionOptions().ConfirmTimeout);
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub", "sub"], Verbs(server)), Deadline);

        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], second));
        await SettleAsync(client);
        client.Connection.Tell(new Subscribe(["a"], third), ActorRefs.NoSender);
        await SettleAsync(client);
        foreach (var number in new[] { 10, 11 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);
        await AwaitAssertAsync(() => Assert.Equal(2, got.OfType<TopicUpdate>().Count()), Deadline);
        foreach (var number in new[] { 15, 16 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);

        await AwaitAssertAsync(
            () => Assert.Equal(
                ["U|a|10", "U|a|11", nameof(Interrupted), nameof(Restored), "U|a|15", "U|a|16"],
                Seen(got)),
            Deadline);
        Assert.Equal(["sub", "unsub", "sub"], Verbs(server));
    }

    [Fact]
    public async Task A_topic_that_the_server_leaves_late_has_a_marker_also_where_its_confirmation_comes_with_the_last_of_the_old_updates()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        using var released = new ManualResetEventSlim();
        var protocol = new LineProtocol
        {
            Sequence = text =>
            {
                if (text.StartsWith("U|z|", StringComparison.Ordinal))
                    released.Wait(Deadline, Ct);
                return long.Parse(text[4..], CultureInfo.InvariantCulture);
            },
        };
        await using var client = await ConnectAsync(server.Options("left-late-overtaken"), protocol);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["z"], CreateTestProbe()));
        var first = CreateTestProbe();
        var (second, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await AwaitAssertAsync(() => Assert.Equal(["sub", "sub", "unsub"], Verbs(server)), Deadline);
        server.ConfirmsSubscriptions = false;
        var joining = AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], second));
        await SettleAsync(client);
        Scheduler.Advance(new SubscriptionOptions().ConfirmTimeout);
        await AwaitAssertAsync(() => Assert.Equal(["sub", "sub", "unsub", "sub"], Verbs(server)), Deadline);

        // One read; it is not over when the confirmation has been worked off.
        await server.Connection.SendRawAsync(Frames("U|a|6", $"A|{server.Received[^1].Split('|')[1]}|ok", "U|z|0"), Ct);
        await joining.WaitAsync(Deadline);
        released.Set();
        await server.Connection.SendTextAsync("U|a|9", Ct);

        await AwaitAssertAsync(() => Assert.Equal(["U|a|6", nameof(Interrupted), nameof(Restored), "U|a|9"], Seen(got)), Deadline);
    }

    [Fact]
    public async Task Where_the_server_confirms_nothing_a_topic_that_is_joined_again_is_in_doubt_for_the_time_to_confirm()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("left-unconfirmed"), new LineProtocol { IsNumbered = true, Confirms = false });
        var first = CreateTestProbe();
        var (second, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], second));

        Scheduler.Advance(new SubscriptionOptions().ConfirmTimeout - TimeSpan.FromMilliseconds(1));
        await SettleAsync(client);
        await server.Connection.SendTextAsync("U|a|5", Ct);
        await AwaitAssertAsync(() => Assert.Equal(["U|a|5"], Seen(got)), Deadline);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        await SettleAsync(client);
        foreach (var number in new[] { 6, 9 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);

        await AwaitAssertAsync(() => Assert.Equal(["U|a|5", "U|a|6", "U|a|9"], Seen(got)), Deadline);
    }

    [Fact]
    public async Task A_topic_that_brings_nothing_between_is_joined_again_without_a_marker()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("rejoined-quietly"), new LineProtocol { IsNumbered = true });
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await first.ExpectMsgAsync<TopicUpdate>(Deadline);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], second));
        await server.Connection.SendTextAsync("U|a|7", Ct);

        Assert.Equal(7, (await second.ExpectMsgAsync<TopicUpdate>(Deadline)).SourceSequence);
    }

    // From the first update on.
    private static IEnumerable<string> Seen(IEnumerable<TopicMessage> got) =>
        got.SkipWhile(message => message is not TopicUpdate).Select(message => message is TopicUpdate update ? Text(update) : message.GetType().Name);

    private static byte[] Frames(params string[] texts) => [.. texts.SelectMany(text => (byte[])[0x81, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)])];

    private async Task LoseAsync(LineServer server, WebSocketClient client, TestProbe watcher, TimeSpan outage)
    {
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(outage);
        await NextAsync<Reconnected>(watcher);
    }

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Subscriptions = new SubscriptionOptions { UnsubscribeLinger = Linger } };

    private static IEnumerable<string> Verbs(LineServer server) => server.Received.Select(t => t.Split('|')[0]).Where(verb => verb.EndsWith("sub", StringComparison.Ordinal));
}
