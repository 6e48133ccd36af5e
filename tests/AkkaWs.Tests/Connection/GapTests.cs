using System.Globalization;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Holes in the venue's numbers, and topics that fall silent.</summary>
public sealed class GapTests : VirtualTimeTest
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_hole_in_the_venue_s_numbers_is_told_where_it_is()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("gap"), Numbered());
        await using var updates = await client.SubscribeAsync("a", new SubscribeOptions { Gaps = GapRecovery.None }, Ct);
        var plain = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], plain));

        foreach (var number in new[] { 5, 6, 9, 10, 3 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);

        List<string> read = [];
        await foreach (var message in updates.ReadAllAsync(Ct))
        {
            read.Add(message is Gap gap ? $"gap {gap.Expected} {gap.Received}" : Text((TopicUpdate)message)[4..]);
            if (read.Count == 7)
                break;
        }

        Assert.Equal(["5", "6", "gap 7 9", "9", "10", "gap 11 3", "3"], read);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).Gaps);
        Assert.All(plain.ReceiveN(5, Deadline), m => Assert.IsType<TopicUpdate>(m));
        Assert.Equal(["sub"], Verbs(server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gap_resubscribes_its_topic_once_and_tells_when_it_is_back(bool confirms)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("gap-resubscribes-" + confirms), Numbered(confirms: confirms));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], subscriber) { Options = new SubscribeOptions { Gaps = GapRecovery.Resubscribe } });

        foreach (var number in new[] { 1, 3, 5, 7 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);

        await subscriber.FishForMessageAsync(m => m is Gap { Expected: 2, Received: 3 }, Deadline);
        await subscriber.FishForMessageAsync(m => m is Restored { Topic.Value: "a" }, Deadline);
        await AwaitAssertAsync(
            () =>
            {
                Assert.Equal("sub unsub sub", string.Join(' ', Verbs(server).Take(3)));
                Assert.Equal("sub", Verbs(server)[^1]);
            },
            Deadline);
        Assert.All(server.Received.Where(t => t.StartsWith("unsub", StringComparison.Ordinal)), t => Assert.EndsWith("|a", t, StringComparison.Ordinal));
        Assert.Equal(1, client.Epoch.Value);
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gap_that_is_recovered_by_subscribing_again_is_marked_for_the_topic_s_plain_subscribers_too(bool confirms)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("gap-plain-" + confirms), Numbered(confirms: confirms));
        var (own, plain, batched) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], own) { Options = new SubscribeOptions { Gaps = GapRecovery.Resubscribe } });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], plain));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], batched, Batched: true));
        await using var stream = await client.SubscribeAsync("a", Ct);

        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|3", Ct);

        Type[] told = [typeof(TopicUpdate), typeof(TopicUpdate), typeof(Interrupted), typeof(Restored)];
        Assert.Equal(told, plain.ReceiveN(4, Deadline).Select(m => m.GetType()));
        Assert.Equal([typeof(TopicUpdate), typeof(Gap), typeof(TopicUpdate), typeof(Restored)], own.ReceiveN(4, Deadline).Select(m => m.GetType()));
        await batched.FishForMessageAsync(m => m is Interrupted, Deadline);
        await batched.ExpectMsgAsync<Restored>(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub", "sub"], Verbs(server)), Deadline);
        await server.Connection.SendTextAsync("U|a|9", Ct);

        Assert.Equal(9, (await plain.ExpectMsgAsync<TopicUpdate>(Deadline)).SourceSequence);
        Assert.Equal(9, (await own.ExpectMsgAsync<TopicUpdate>(Deadline)).SourceSequence);
        List<Type> read = [];
        await foreach (var message in stream.ReadAllAsync(Ct))
        {
            read.Add(message.GetType());
            if (message is TopicUpdate { SourceSequence: 9 })
                break;
        }

        Assert.Equal([.. told, typeof(TopicUpdate)], read);
    }

    [Fact]
    public async Task A_topic_that_is_subscribed_again_because_it_was_silent_is_marked_for_its_plain_subscribers_too()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stale-plain"));
        var plain = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], plain));
        await using var updates = await client.SubscribeAsync("a", new SubscribeOptions { MaxAge = MaxAge, ResubscribeWhenStale = true }, Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await plain.ExpectMsgAsync<TopicUpdate>(Deadline);

        await AdvanceUntilAsync(client, status => status.StaleTopics == 1);

        await plain.ExpectMsgAsync<Interrupted>(Deadline);
        await plain.ExpectMsgAsync<Restored>(Deadline);
        List<Type> read = [];
        await foreach (var message in updates.ReadAllAsync(Ct))
        {
            read.Add(message.GetType());
            if (message is Restored)
                break;
        }

        Assert.Equal([typeof(TopicUpdate), typeof(Stale), typeof(Restored)], read);
    }

    [Fact]
    public async Task A_gap_asks_for_one_snapshot_until_it_has_come()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("gap-snapshot"), Numbered(snapshots: true));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber) { Options = new SubscribeOptions { Gaps = GapRecovery.Snapshot } });

        foreach (var number in new[] { 1, 3, 5 })
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);
        await AwaitAssertAsync(() => Assert.Equal(["sub", "snap"], Verbs(server)), Deadline);
        await subscriber.FishForMessageAsync(m => m is Gap { Received: 5 }, Deadline);
        await server.Connection.SendTextAsync("U|a|20|snap", Ct);
        await server.Connection.SendTextAsync("U|a|21", Ct);
        await subscriber.FishForMessageAsync(m => m is Gap or TopicUpdate { SourceSequence: 21 }, Deadline);
        Assert.Equal(["sub", "snap"], Verbs(server));

        await server.Connection.SendTextAsync("U|a|30", Ct);

        await AwaitAssertAsync(() => Assert.Equal(["sub", "snap", "snap"], Verbs(server)), Deadline);
    }

    [Fact]
    public async Task A_snapshot_that_the_rate_limit_does_not_let_pass_is_asked_for_when_it_does()
    {
        await using var server = await LineServer.StartAsync();
        var rate = new RateOptions { Limit = 1, Interval = TimeSpan.FromSeconds(3), Burst = 1 };
        var options = server.Options("gap-throttled") with
        {
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
            Rates = new RateLimitOptions { Outgoing = rate },
        };
        await using var client = await ConnectAsync(options, Numbered(snapshots: true));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber) { Options = new SubscribeOptions { Gaps = GapRecovery.Snapshot } });
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|3", Ct);
        await subscriber.FishForMessageAsync(m => m is TopicUpdate { SourceSequence: 3 }, Deadline);
        foreach (var topic in await TopicsAsync(client))
            await topic.Ask<ActorIdentity>(new Identify(null), Deadline);
        await SettleAsync(client);
        Assert.Equal(["sub"], Verbs(server));

        Scheduler.Advance(rate.Interval);

        await AwaitAssertAsync(() => Assert.Equal(["sub", "snap"], Verbs(server)), Deadline);
        await server.Connection.SendTextAsync("U|a|9|snap", Ct);
        await subscriber.FishForMessageAsync(m => m is TopicUpdate { SourceSequence: 9 }, Deadline);
        Assert.Equal(["sub", "snap"], Verbs(server));
    }

    [Fact]
    public async Task A_topic_without_updates_is_told_stale_once_and_the_next_update_ends_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stale"));
        var watcher = await WatchAsync(client);
        var (subscriber, plain) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber) { Options = new SubscribeOptions { MaxAge = MaxAge } });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], plain));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);

        var looks = await AdvanceUntilAsync(client, status => status.StaleTopics == 1);

        Assert.InRange(looks, 4, 6);
        Assert.Equal(new Stale("a", MaxAge), await subscriber.ExpectMsgAsync<Stale>(Deadline));
        Assert.Equal(MaxAge, (await NextAsync<TopicStale>(watcher)).MaxAge);
        Assert.Equal(ConnectionHealth.Degraded, (await client.GetStatusAsync(Ct)).Health);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        await AdvanceUntilAsync(client, status => status.StaleTopics == 0);
        Assert.Equal(["sub"], Verbs(server));
        Assert.All(plain.ReceiveN(2, Deadline), m => Assert.IsType<TopicUpdate>(m));
    }

    [Fact]
    public async Task A_stale_topic_is_subscribed_again_where_its_subscriber_wants_that()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stale-again"));
        await using var updates = await client.SubscribeAsync("a", new SubscribeOptions { MaxAge = MaxAge, ResubscribeWhenStale = true }, Ct);

        await AdvanceUntilAsync(client, status => status.StaleTopics == 1);

        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub", "sub"], Verbs(server)), Deadline);
        var told = updates.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);
        Assert.True(await told.MoveNextAsync());
        Assert.IsType<Stale>(told.Current);
        Assert.True(await told.MoveNextAsync());
        Assert.IsType<Restored>(told.Current);
        await told.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_short_age_holds_beside_a_long_one_that_came_first(bool staysThere)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("short-age-" + staysThere));
        var (patient, quick) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], patient) { Options = new SubscribeOptions { MaxAge = TimeSpan.FromHours(1) } });
        if (!staysThere)
            await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], patient));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], quick) { Options = new SubscribeOptions { MaxAge = MaxAge } });

        Assert.InRange(await AdvanceUntilAsync(client, status => status.StaleTopics == 1), 4, 6);

        Assert.Equal(new Stale("a", MaxAge), await quick.ExpectMsgAsync<Stale>(Deadline));
        Assert.False(patient.HasMessages);
    }

    [Fact]
    public async Task A_gap_of_one_subscriber_interrupts_another_that_asked_for_an_age_alone()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("gap-and-age"), Numbered());
        var (own, aged) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], own) { Options = new SubscribeOptions { Gaps = GapRecovery.Resubscribe } });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], aged) { Options = new SubscribeOptions { MaxAge = TimeSpan.FromHours(1) } });

        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|3", Ct);

        await own.FishForMessageAsync<Restored>(_ => true, Deadline);
        Type[] told = [typeof(TopicUpdate), typeof(TopicUpdate), typeof(Interrupted), typeof(Restored)];
        Assert.Equal(told, aged.ReceiveN(4, Deadline).Select(message => message.GetType()));
        Assert.Equal(1, server.Received.Count(text => text.StartsWith("unsub|", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(null)]
    public async Task An_actor_that_changes_its_options_misses_nothing(int? window)
    {
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol
        {
            Sequence = text => long.Parse(text.Split('|')[2], CultureInfo.InvariantCulture),
            OnKind = text =>
            {
                if (text == "U|a|2" && entered.TrySetResult())
                    gate.Wait(Deadline);
            },
        };
        await using var client = await ConnectAsync(server.Options($"other-options-{window}"), handler);
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber) { Options = new SubscribeOptions { Window = 64, Gaps = GapRecovery.None } });
        await server.Connection.SendTextAsync("U|a|1", Ct);
        Assert.Equal("U|a|1", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
        await server.Connection.SendTextAsync("U|a|2", Ct);
        await entered.Task.WaitAsync(Deadline);

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber) { Options = window is null ? null : new SubscribeOptions { Window = window } });
        gate.Set();
        await server.Connection.SendTextAsync("U|a|3", Ct);

        Assert.Equal(["U|a|2", "U|a|3"], subscriber.ReceiveN(2, Deadline).Cast<TopicUpdate>().Select(Text));
    }

    [Fact]
    public async Task A_slow_stream_is_not_told_a_gap_behind_its_end()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("gap-behind"), Numbered());
        var slow = new SubscribeOptions { Overflow = OverflowPolicy.DropOldest, Capacity = 2, Gaps = GapRecovery.Resubscribe };
        await using var updates = await client.SubscribeAsync("a", slow, Ct);
        var plain = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], plain));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|3", Ct);
        await plain.FishForMessageAsync<Restored>(_ => true, Deadline);
        for (var number = 10; number < 14; number++)
            await server.Connection.SendTextAsync($"U|a|{number}", Ct);
        await plain.FishForMessageAsync<TopicUpdate>(update => Text(update) == "U|a|13", Deadline);

        List<Type> read = [];
        await foreach (var message in updates.ReadAllAsync(Ct))
        {
            read.Add(message.GetType());
            if (message is TopicUpdate update && Text(update) == "U|a|13")
                break;
        }

        Assert.Equal([typeof(Lagged), typeof(Restored), typeof(TopicUpdate), typeof(TopicUpdate)], read);
    }

    // A look of the topic's actor is due after each quarter of the age; the topic tells the connection, which shows it.
    private async Task<int> AdvanceUntilAsync(AkkaWs.Client.WebSocketClient client, Func<ConnectionStatus, bool> match)
    {
        for (var looks = 1; looks < 100; looks++)
        {
            Scheduler.Advance(MaxAge / 4);
            foreach (var topic in await TopicsAsync(client))
                await topic.Ask<ActorIdentity>(new Identify(null), Deadline);
            if (match(await client.GetStatusAsync(Ct)))
                return looks;
        }

        throw new TimeoutException("The status never came.");
    }

    private async Task<IReadOnlyList<IActorRef>> TopicsAsync(AkkaWs.Client.WebSocketClient client) =>
        [await Sys.ActorSelection(client.Connection.Path / "topic-1").ResolveOne(Deadline)];

    private static LineProtocol Numbered(bool snapshots = false, bool confirms = true) => new()
    {
        HasSnapshots = snapshots,
        Confirms = confirms,
        Sequence = text => long.Parse(text.Split('|')[2], CultureInfo.InvariantCulture),
    };

    private static List<string> Verbs(LineServer server) =>
        [.. server.Received.Select(t => t.Split('|')[0]).Where(verb => verb is "sub" or "unsub" or "snap")];
}
