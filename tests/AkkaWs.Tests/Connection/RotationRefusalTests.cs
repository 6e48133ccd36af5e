using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Topics that the new connection is refused: single ones do not hold back a rotation, a venue that refuses more than that does.</summary>
public sealed class RotationRefusalTests : RotationTest
{
    private const string Delisted = "delisted";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_topic_that_is_refused_alone_or_with_its_whole_message_does_not_hold_back_the_others(bool refusesWholeMessages)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "delisted");
        var delisted = await SubscribeAsync(client, [Delisted, .. Topics(40)]);
        (server.RefusesWholeMessages, _) = (refusesWholeMessages, server.RefusedTopics.Add(Delisted));

        var rotated = await client.RotateAsync(Ct).WaitAsync(Deadline);

        Assert.Equal(2, rotated.Epoch.Value);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((42, 41), (status.DesiredTopics, status.ConfirmedTopics));
        await SendAsync(await ConnectionAsync(server, 2), 1);
        await GotAsync((1, 2));
        await AwaitAssertAsync(
            () => Assert.Collection(delisted(), m => Assert.Equal((1, ErrorClass.SubscriptionRefused), Told(Assert.IsType<Interrupted>(m))), m => Assert.IsType<Unconfirmed>(m)), Deadline);
        Assert.Equal(ConnectionHealth.Degraded, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task A_topic_that_was_refused_is_asked_for_again_and_restored()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "relisted");
        var relisted = await SubscribeAsync(client, [Delisted]);
        server.RefusedTopics.Add(Delisted);
        await client.RotateAsync(Ct).WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.IsType<Unconfirmed>(relisted()[^1]), Deadline);
        await SettleAsync(client);
        server.RefusedTopics.Clear();

        Scheduler.Advance(TimeSpan.FromSeconds(1));

        await AwaitAssertAsync(() => Assert.Equal(2, Assert.IsType<Restored>(relisted()[^1]).Epoch.Value), Deadline);
        await (await ConnectionAsync(server, 2)).SendTextAsync($"U|{Delisted}|7", Ct);
        await AwaitAssertAsync(() => Assert.Equal((1, 2), (((TopicUpdate)relisted()[^1]).Sequence, ((TopicUpdate)relisted()[^1]).Epoch.Value)), Deadline);
    }

    [Fact]
    public async Task A_topic_that_was_refused_is_interrupted_behind_the_last_update_of_the_old_connection()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "behind");
        var delisted = await SubscribeAsync(client, [Delisted]);
        server.RefusedTopics.Add(Delisted);
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        var old = await ConnectionAsync(server, 1);
        await SentAsync(old, "unsub|");

        await old.SendTextAsync($"U|{Delisted}|1", Ct);
        await AwaitAssertAsync(() => Assert.IsType<TopicUpdate>(Assert.Single(delisted())), Deadline);
        await old.SendTextAsync($"U|{Delisted}|2", Ct);
        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await AwaitAssertAsync(
            () => Assert.Collection(
                delisted(), m => Assert.IsType<TopicUpdate>(m), m => Assert.IsType<TopicUpdate>(m), m => Assert.IsType<Interrupted>(m), m => Assert.IsType<Unconfirmed>(m)),
            Deadline);
    }

    [Fact]
    public async Task A_topic_that_is_taken_from_the_new_connection_before_it_delivers_is_not_restored()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "taken-beside");
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        var (old, next) = (await ConnectionAsync(server, 1), await ConnectionAsync(server, 2));
        await SentAsync(old, "unsub|");
        var received = (await client.GetStatusAsync(Ct)).MessagesReceived;
        await SendAsync(old, 1);
        await GotAsync((1, 1));
        await SendAsync(next, 1, 2);
        await next.SendTextAsync("A||ended|a|too many", Ct);
        await SendAsync(next, 3);
        await ReceivedAsync(client, received + 5);
        await SettleAsync(client);

        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(3, (await client.GetStatusAsync(Ct)).UnroutedUpdates + (await client.GetStatusAsync(Ct)).DuplicateUpdates), Deadline);
        await AwaitAssertAsync(() => Assert.Equal([typeof(TopicUpdate), typeof(Interrupted), typeof(Unconfirmed)], Got.Select(m => m.GetType())), Deadline);
    }

    [Fact]
    public async Task A_topic_that_was_refused_and_left_during_the_overlap_is_nobodys_concern()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "left-meanwhile");
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe([Delisted], subscriber));
        server.RefusedTopics.Add(Delisted);
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        var old = await ConnectionAsync(server, 1);
        await SentAsync(old, "unsub|");
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe([Delisted], subscriber));

        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((0, ConnectionHealth.Healthy), (status.UnconfirmedTopics, status.Health));
    }

    [Fact]
    public async Task A_new_connection_on_which_no_topic_is_accepted_is_given_up()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "none");
        await SubscribeAsync(client, Topics(4));
        server.RefusesWholeMessages = true;
        server.RefusedTopics.UnionWith(["a", .. Topics(4).Select(topic => topic.Value)]);

        var error = await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));

        Assert.Contains("no such topic", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, ConnectionState.Ready), (client.Epoch.Value, client.State));
        Assert.Empty(Got);
    }

    [Fact]
    public async Task A_venue_that_goes_on_refusing_whole_messages_is_not_asked_without_end()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "many");
        await SubscribeAsync(client, Topics(200));
        server.RefusesWholeMessages = true;
        server.RefusedTopics.UnionWith(Topics(200).Where((_, i) => i % 2 == 0).Select(topic => topic.Value));

        await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));

        Assert.InRange((await ConnectionAsync(server, 2)).Received.Count, 17, 40);
        Assert.Empty(Got);
    }

    private static IReadOnlyList<Topic> Topics(int count) => [.. Enumerable.Range(1, count).Select(i => new Topic($"topic-{i}"))];

    private static (long Epoch, ErrorClass Class) Told(Interrupted marker) => (marker.Epoch.Value, marker.Reason.Class);

    /// <summary>Subscribes, and hands out what came of the delisted topic.</summary>
    private async Task<Func<IReadOnlyList<TopicMessage>>> SubscribeAsync(WebSocketClient client, IReadOnlyList<Topic> topics)
    {
        var (subscriber, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(topics, subscriber));
        return () => [.. got.Where(message => message.Topic == Delisted)];
    }
}
