using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The list of a connection's topics. Virtual time.</summary>
public sealed class TopicListTests : VirtualTimeTest
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Each_topic_is_listed_with_its_state_and_how_many_subscribe_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "list"));
        var (one, two) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], one));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], two, Batched: true));
        await using var stream = await client.SubscribeAsync("b", new SubscribeOptions { Gaps = GapRecovery.None }, Ct);
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await two.ExpectMsgAsync<TopicUpdates>(Deadline);
        server.ConfirmsSubscriptions = false;
        var pending = client.SubscribeAsync("c", Ct);

        await AwaitAssertAsync(
            async () =>
            {
                var list = await client.GetTopicsAsync(Ct);
                Assert.Equal(
                    [("*", TopicState.Confirmed, 1), ("a", TopicState.Confirmed, 1), ("b", TopicState.Confirmed, 3), ("c", TopicState.Pending, 1)],
                    list.Topics.Select(topic => (topic.Topic.Value, topic.State, topic.Subscribers)));
                Assert.Equal([true, true, false, false], list.Topics.Select(topic => topic.LastUpdateAge is not null));
                Assert.Equal("list: 3 of 4 topics confirmed, epoch 1", list.ToString());
            },
            Deadline);

        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["b"], one));
        Assert.Equal(2, Find(await client.GetTopicsAsync(Ct), "b")?.Subscribers);
        await client.CloseAsync(Ct);
        await Assert.ThrowsAnyAsync<AkkaWs.Errors.WebSocketClientException>(() => pending);
    }

    [Fact]
    public async Task A_topic_that_the_server_took_away_is_listed_with_the_reason_until_it_is_confirmed_again()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "list-ended"));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        var watcher = await WatchAsync(client);

        await server.Connection.SendTextAsync("A||ended|a|too many connections", Ct);
        await NextAsync<TopicUnconfirmed>(watcher);

        var ended = Find(await client.GetTopicsAsync(Ct), "a");
        Assert.Equal((TopicState.Unconfirmed, "too many connections"), (ended?.State, ended?.Unconfirmed?.Cause));
        Assert.Equal("a: Unconfirmed, 1 subscriber, too many connections", ended?.ToString());
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        await AwaitAssertAsync(async () => Assert.Equal(TopicState.Confirmed, Find(await client.GetTopicsAsync(Ct), "a")?.State), Deadline);
    }

    [Fact]
    public async Task A_topic_lingers_in_the_list_and_a_closed_connection_lists_none()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "list-lingers"));
        await using var kept = await client.SubscribeAsync("kept", Ct);
        foreach (var name in new[] { "left", "back" })
        {
            var left = await client.SubscribeAsync(name, Ct);
            await left.UnsubscribeAsync(Ct);
        }

        await SettleAsync(client);
        Assert.Equal((TopicState.Lingering, 0), Find(await client.GetTopicsAsync(Ct), "left") is { } topic ? (topic.State, topic.Subscribers) : default);
        await using var back = await client.SubscribeAsync("back", Ct);
        Assert.Equal((TopicState.Confirmed, 1), Find(await client.GetTopicsAsync(Ct), "back") is { } again ? (again.State, again.Subscribers) : default);

        await client.CloseAsync(Ct);

        Assert.Empty((await client.GetTopicsAsync(Ct)).Topics);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((0, 0, 0), (status.DesiredTopics, status.ConfirmedTopics, status.StaleTopics));
    }

    private static TopicStatus? Find(ConnectionTopics list, Topic topic) => list.Topics.SingleOrDefault(status => status.Topic == topic);

    private static WebSocketClientOptions Options(LineServer server, string name) => server.Options(name) with
    {
        Subscriptions = new SubscriptionOptions { UnsubscribeLinger = Linger },
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };
}
