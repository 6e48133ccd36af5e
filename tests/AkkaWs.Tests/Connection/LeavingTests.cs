using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>How topics are left: lingering, together, and never brought back.</summary>
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
    public async Task A_topic_that_lingers_is_not_brought_back_after_a_loss()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "lingers-lost"));
        var watcher = await WatchAsync(client);
        await using var kept = await client.SubscribeAsync("kept", Ct);
        var left = await client.SubscribeAsync("left", Ct);
        await left.UnsubscribeAsync(Ct);
        await SettleAsync(client);

        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);

        await AwaitAssertAsync(() => Assert.Equal("kept", server.Received[^1].Split('|')[2]), Deadline);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics);
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

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Subscriptions = new SubscriptionOptions { UnsubscribeLinger = Linger } };

    private static IEnumerable<string> Verbs(LineServer server) => server.Received.Select(t => t.Split('|')[0]).Where(verb => verb.EndsWith("sub", StringComparison.Ordinal));
}
