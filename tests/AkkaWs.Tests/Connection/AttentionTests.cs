using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A connection that is Ready and yet brings no updates of a topic says so. Virtual time.</summary>
public sealed class AttentionTests : VirtualTimeTest
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Topics_that_are_refused_after_a_reconnect_degrade_health_and_are_named_to_everybody()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "all-refused"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], subscriber));
        var watcher = await WatchAsync(client);
        server.RefusedTopics.UnionWith(["a", "b"]);
        await ReconnectAsync(server, client, watcher);

        Topic[] reported = [(await NextAsync<TopicUnconfirmed>(watcher)).Topic, (await NextAsync<TopicUnconfirmed>(watcher)).Topic];

        Assert.Equal(["a", "b"], reported.Select(topic => topic.Value).Order());
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((ConnectionState.Ready, ConnectionHealth.Degraded, 2), (status.State, status.Health, status.UnconfirmedTopics));
        Assert.Equal(["a", "b"], status.Unconfirmed.Select(topic => topic.Topic.Value).Order());
        Assert.All(status.Unconfirmed, topic => Assert.Equal("no such topic", topic.Cause));
        var markers = subscriber.ReceiveN(4, Deadline).Cast<TopicMessage>().Where(m => m.Topic == "a").ToList();
        Assert.IsType<Interrupted>(markers[0]);
        Assert.Equal("no such topic", Assert.IsType<Unconfirmed>(markers[1]).Cause);

        server.RefusedTopics.Clear();
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await AwaitAssertAsync(async () => Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health), Deadline);
        Assert.All(subscriber.ReceiveN(2, Deadline), m => Assert.IsType<Restored>(m));
    }

    [Fact]
    public async Task Topics_that_are_refused_together_are_one_line_of_the_log()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "one-line"));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b", "c"], CreateTestProbe()));
        var watcher = await WatchAsync(client);
        server.RefusedTopics.UnionWith(["a", "b", "c"]);

        await ReconnectAsync(server, client, watcher);
        await AwaitAssertAsync(async () => Assert.Equal(3, (await client.GetStatusAsync(Ct)).UnconfirmedTopics), Deadline);

        var line = Assert.Single(LogProbe.Of(logged, "one-line"), line => line.Message.EventName == "TopicUnconfirmed");
        Assert.EndsWith("and 2 more", line.Message.ToString().Split(" since ")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_topic_is_reported_when_its_own_time_is_over()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "own-time") with { Rates = new RateLimitOptions { Outgoing = new RateOptions { Limit = 1, Interval = TimeSpan.FromHours(1) } } };
        await using var client = await ConnectAsync(options);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        var (watcher, limit) = (await WatchAsync(client), options.Subscriptions.ConfirmTimeout);
        client.Connection.Tell(new Subscribe(["b"], CreateTestProbe()));
        await SettleAsync(client);
        Scheduler.Advance(limit / 2);
        client.Connection.Tell(new Subscribe(["c"], CreateTestProbe()));
        await SettleAsync(client);

        Scheduler.Advance(limit / 2);
        Assert.Equal("b", (await NextAsync<TopicUnconfirmed>(watcher)).Topic.Value);
        await SettleAsync(client);
        Scheduler.Advance(limit / 2);
        Assert.Equal("c", (await NextAsync<TopicUnconfirmed>(watcher)).Topic.Value);
    }

    [Fact]
    public async Task A_subscription_that_the_server_takes_away_is_interrupted_reported_and_asked_for_again()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "taken-away"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], subscriber));
        var watcher = await WatchAsync(client);

        await server.Connection.SendTextAsync("A||ended|a|too many connections", Ct);

        var report = await NextAsync<TopicUnconfirmed>(watcher);
        Assert.Equal(("a", "too many connections"), (report.Topic.Value, report.Cause));
        Assert.Equal("too many connections", (await subscriber.ExpectMsgAsync<Interrupted>(Deadline)).Reason.Description);
        await subscriber.ExpectMsgAsync<Unconfirmed>(Deadline);
        Assert.Equal(ConnectionHealth.Degraded, (await client.GetStatusAsync(Ct)).Health);

        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", (await subscriber.ExpectMsgAsync<Restored>(Deadline)).Topic.Value);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        Assert.Equal(["sub|a,b", "sub|a"], server.Received.Select(text => text.Split('|')).Select(fields => $"{fields[0]}|{fields[2]}"));
        Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task What_the_server_still_sends_of_a_topic_that_it_took_away_does_not_come_between_the_markers()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "sends-on"));
        var (subscriber, batched) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], batched, Batched: true));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        await server.Connection.SendTextAsync("A||ended|a|too many connections", Ct);
        await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
        await subscriber.ExpectMsgAsync<Unconfirmed>(Deadline);

        await server.Connection.SendTextAsync("U|a|2", Ct);
        await server.Connection.SendTextAsync("U|a|3", Ct);

        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).UnroutedUpdates), Deadline);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await subscriber.ExpectMsgAsync<Restored>(Deadline);
        await server.Connection.SendTextAsync("U|a|4", Ct);
        var update = await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        Assert.Equal(("U|a|4", 2L), (Text(update), update.Sequence));
        Assert.Equal(
            [typeof(TopicUpdates), typeof(Interrupted), typeof(Unconfirmed), typeof(Restored), typeof(TopicUpdates)],
            batched.ReceiveN(5, Deadline).Select(m => m.GetType()));
    }

    [Fact]
    public async Task Who_joins_a_topic_that_is_not_confirmed_is_told_what_the_others_were()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "joins-unconfirmed"));
        var (first, second, third) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        server.ConfirmsSubscriptions = false;
        await server.Connection.SendTextAsync("A||ended|a|too many connections", Ct);
        await first.ExpectMsgAsync<Interrupted>(Deadline);
        await first.ExpectMsgAsync<Unconfirmed>(Deadline);

        client.Connection.Tell(new Subscribe(["a"], second), ActorRefs.NoSender);
        client.Connection.Tell(new Subscribe(["a"], third) { Options = new SubscribeOptions { Window = 1 } }, ActorRefs.NoSender);

        foreach (var joined in (TestProbe[])[second, third])
        {
            await joined.ExpectMsgAsync<Interrupted>(Deadline);
            Assert.Equal("too many connections", (await joined.ExpectMsgAsync<Unconfirmed>(Deadline)).Cause);
        }
    }

    [Fact]
    public async Task A_topic_that_the_server_does_not_confirm_after_a_reconnect_is_reported_after_the_confirm_timeout()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "unanswered");
        await using var client = await ConnectAsync(options);
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var watcher = await WatchAsync(client);
        server.ConfirmsSubscriptions = false;
        await ReconnectAsync(server, client, watcher);
        await SettleAsync(client);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnconfirmedTopics);

        Scheduler.Advance(options.Subscriptions.ConfirmTimeout);

        Assert.Equal("a", (await NextAsync<TopicUnconfirmed>(watcher)).Topic.Value);
        Assert.Equal(ConnectionHealth.Degraded, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task A_topic_whose_handler_gives_a_default_age_is_stale_after_it_and_the_connection_stays()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "mute"), Lively());
        var watcher = await WatchAsync(client);
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], subscriber));

        await PassAsync(client, MaxAge * 2);

        Assert.Equal(new Stale("tick", MaxAge), await subscriber.ExpectMsgAsync<Stale>(Deadline));
        Assert.Equal(("tick", MaxAge), (await NextAsync<TopicStale>(watcher)) is var stale ? (stale.Topic.Value, stale.MaxAge) : default);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((ConnectionState.Ready, ConnectionHealth.Degraded, 1, 0L), (status.State, status.Health, status.StaleTopics, status.Reconnects));

        await server.Connection.SendTextAsync("U|tick|1", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        await PassAsync(client, MaxAge / 2);
        Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task Who_joins_a_topic_that_is_stale_is_told_so_until_an_update_ends_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "joined-mute"), Lively());
        var (first, each, acknowledging, newest) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], first));
        await PassAsync(client, MaxAge * 2);
        await first.ExpectMsgAsync<Stale>(Deadline);

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], each));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], acknowledging) { Options = new SubscribeOptions { Window = 1 } });
        await using var stream = await client.SubscribeAsync("tick", Ct);

        var stale = new Stale("tick", MaxAge);
        Assert.Equal(stale, await each.ExpectMsgAsync<Stale>(Deadline));
        Assert.Equal(stale, await acknowledging.ExpectMsgAsync<Stale>(Deadline));
        await using var reader = stream.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(stale, reader.Current);

        await server.Connection.SendTextAsync("U|tick|1", Ct);
        await first.ExpectMsgAsync<TopicUpdate>(Deadline);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], newest));
        await server.Connection.SendTextAsync("U|tick|2", Ct);

        Assert.Equal("U|tick|2", Text(await newest.ExpectMsgAsync<TopicUpdate>(Deadline)));
    }

    [Fact]
    public async Task A_mute_topic_is_noticed_after_a_rotation_too()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "rotated"), Lively());
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], subscriber));
        await client.RotateAsync(Ct).WaitAsync(Deadline);
        await SettleAsync(client);

        await PassAsync(client, MaxAge * 2);

        Assert.Equal(new Stale("tick", MaxAge), await subscriber.ExpectMsgAsync<Stale>(Deadline));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);
    }

    [Fact]
    public async Task A_mute_topic_is_noticed_again_on_each_new_connection()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "mute-again"), Lively());
        var (plain, own) = (CreateTestProbe(), CreateTestProbe());
        var ownAge = MaxAge / 2;
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], plain));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["quiet"], own) { Options = new SubscribeOptions { MaxAge = ownAge } });
        await PassAsync(client, MaxAge * 2);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).StaleTopics);
        var watcher = await WatchAsync(client);

        await ReconnectAsync(server, client, watcher);
        await ConfirmAsync(client, 2);
        await PassAsync(client, MaxAge / 4);
        Assert.Equal((0, ConnectionHealth.Healthy), (await client.GetStatusAsync(Ct)) is var fresh ? (fresh.StaleTopics, fresh.Health) : default);
        await PassAsync(client, MaxAge * 2);

        Assert.Equal((2, ConnectionHealth.Degraded), (await client.GetStatusAsync(Ct)) is var status ? (status.StaleTopics, status.Health) : default);
        Type[] told = [typeof(Stale), typeof(Interrupted), typeof(Restored), typeof(Stale)];
        Assert.Equal(told, plain.ReceiveN(4, Deadline).Select(m => m.GetType()));
        Assert.Equal(told, own.ReceiveN(4, Deadline).Select(m => m.GetType()));
    }

    [Fact]
    public async Task The_time_of_an_outage_is_not_counted_as_silence_of_a_topic()
    {
        await using var server = await LineServer.StartAsync();
        var reconnect = new ReconnectOptions { InitialDelay = MaxAge, MaxDelay = MaxAge, Jitter = 0, ImmediateFirstRetry = false };
        await using var client = await ConnectAsync(Options(server, "outage") with { Reconnect = reconnect }, Lively());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], CreateTestProbe()));
        await PassAsync(client, MaxAge / 2);
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);

        Scheduler.Advance(MaxAge); // the attempt to connect is at its end
        await NextAsync<Reconnected>(watcher);
        await ConfirmAsync(client, 2);
        await PassAsync(client, MaxAge / 2);

        Assert.Equal((0, ConnectionHealth.Healthy), (await client.GetStatusAsync(Ct)) is var status ? (status.StaleTopics, status.Health) : default);
    }

    [Fact]
    public async Task A_stale_topic_that_the_server_takes_away_and_gives_back_is_noticed_again_after_its_age()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "given-back"), Lively());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], CreateTestProbe()));
        await PassAsync(client, MaxAge * 2);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);

        await server.Connection.SendTextAsync("A||ended|tick|too many connections", Ct);
        await AwaitAssertAsync(async () => Assert.Equal((0, 1), (await client.GetStatusAsync(Ct)) is var s ? (s.StaleTopics, s.UnconfirmedTopics) : default), Deadline);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await ConfirmAsync(client, 2);
        await PassAsync(client, MaxAge / 2);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).StaleTopics);
        await PassAsync(client, MaxAge);

        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);
    }

    [Fact]
    public async Task A_topic_that_is_refused_for_good_is_asked_for_ever_more_slowly_whatever_counts_as_stable()
    {
        await using var server = await LineServer.StartAsync();
        var reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(8), Jitter = 0, StableAfter = TimeSpan.Zero };
        await using var client = await ConnectAsync(Options(server, "for-good") with { Reconnect = reconnect });
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], other));
        var watcher = await WatchAsync(client);
        server.RefusedTopics.Add("a");
        await ReconnectAsync(server, client, watcher);
        await NextAsync<TopicUnconfirmed>(watcher);

        foreach (var delay in new[] { 1, 2, 4 })
        {
            var asked = Asked();
            Scheduler.Advance(TimeSpan.FromSeconds(delay - 0.01));
            await SettleAsync(client);
            Assert.Equal(asked, Asked());
            Scheduler.Advance(TimeSpan.FromSeconds(0.01));
            await AwaitAssertAsync(() => Assert.Equal(asked + 1, Asked()), Deadline);
            await server.Connection.SendTextAsync($"U|b|{delay}", Ct); // behind the refusal
            await other.FishForMessageAsync<TopicUpdate>(_ => true, Deadline);
            await SettleAsync(client);
        }

        int Asked() => server.Received.Count(text => text.StartsWith("sub|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_that_is_renewed_is_reported_when_it_was_not_confirmed_for_as_long_as_any_other()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "renewed");
        await using var client = await ConnectAsync(options);
        var settings = new SubscribeOptions { MaxAge = MaxAge, ResubscribeWhenStale = true };
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], CreateTestProbe()) { Options = settings });
        var watcher = await WatchAsync(client);
        (server.ConfirmsSubscriptions, server.ConfirmsUnsubscriptions) = (false, false);
        await PassAsync(client, MaxAge);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("unsub|", StringComparison.Ordinal)), Deadline);

        Scheduler.Advance(options.Subscriptions.ConfirmTimeout);

        Assert.Contains((await NextAsync<TopicUnconfirmed>(watcher)).Topic.Value, new[] { "a", "b" });
    }

    [Fact]
    public async Task Another_default_age_leaves_stale_what_is_older_than_it()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "shorter");
        var with = options with { Subscriptions = options.Subscriptions with { MaxAge = MaxAge } };
        await using var client = await ConnectAsync(with);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], CreateTestProbe()));
        await PassAsync(client, MaxAge * 2);

        await AskAsync<Reconfigured>(client.Connection, new Reconfigure(options with { Subscriptions = options.Subscriptions with { MaxAge = MaxAge * 0.9 } }));
        await SettleAsync(client);

        Assert.Equal(2, (await client.GetStatusAsync(Ct)).StaleTopics);
    }

    [Fact]
    public async Task A_subscriber_that_joins_a_stale_topic_hears_of_it_at_once_and_one_that_stays_when_the_default_age_holds_again()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "handed-over"), Lively());
        var (first, plain, second) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var own = new SubscribeOptions { MaxAge = MaxAge / 2 };
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], first) { Options = own });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], plain));
        await PassAsync(client, MaxAge * 2);
        await first.ExpectMsgAsync<Stale>(Deadline);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);

        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["tick"], first));
        Assert.Equal(MaxAge, (await plain.ExpectMsgAsync<Stale>(Deadline)).MaxAge);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], second) { Options = own });
        Assert.Equal(MaxAge / 2, (await second.ExpectMsgAsync<Stale>(Deadline)).MaxAge);
        await SettleAsync(client);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);
    }

    [Fact]
    public async Task A_topic_whose_stale_subscriber_leaves_goes_by_the_age_of_those_who_stay()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "leaves"));
        var (plain, own) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], plain));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], own) { Options = new SubscribeOptions { MaxAge = MaxAge } });
        await PassAsync(client, MaxAge * 2);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);

        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], own));

        await AwaitAssertAsync(async () => Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health), Deadline);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_default_age_holds_for_the_topics_that_are_subscribed(bool isSwitchedOn)
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "reloaded-" + isSwitchedOn);
        var with = options with { Subscriptions = options.Subscriptions with { MaxAge = MaxAge } };
        await using var client = await ConnectAsync(isSwitchedOn ? options : with);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], CreateTestProbe()));
        await PassAsync(client, MaxAge * 2);
        Assert.Equal(isSwitchedOn ? 0 : 2, (await client.GetStatusAsync(Ct)).StaleTopics);

        await AskAsync<Reconfigured>(client.Connection, new Reconfigure(isSwitchedOn ? with : options));
        await PassAsync(client, MaxAge * 2);

        Assert.Equal(isSwitchedOn ? 2 : 0, (await client.GetStatusAsync(Ct)).StaleTopics);
    }

    [Fact]
    public async Task An_update_that_comes_before_the_new_confirmation_of_a_topic_that_was_taken_away_comes_behind_Restored()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "update-first"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        server.ConfirmsSubscriptions = false;
        await server.Connection.SendTextAsync("A||ended|a|too many connections", Ct);
        await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
        await subscriber.ExpectMsgAsync<Unconfirmed>(Deadline);
        await SettleAsync(client); // the retry is scheduled behind the markers
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline);

        await server.Connection.SendTextAsync("U|a|snapshot", Ct);
        await server.Connection.SendTextAsync($"A|{server.Received[^1].Split('|')[1]}|ok", Ct);

        await subscriber.ExpectMsgAsync<Restored>(Deadline);
        Assert.EndsWith("snapshot", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)), StringComparison.Ordinal);
        await AwaitAssertAsync(async () => Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health), Deadline);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("own-age")]
    public async Task The_default_age_holds_unless_it_is_switched_off_whatever_age_a_subscriber_has_of_its_own(string how)
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, how);
        await using var client = await ConnectAsync(how == "off" ? options with { Subscriptions = new SubscriptionOptions { MaxAge = TimeSpan.Zero } } : options, Lively());
        var own = how == "off" ? null : new SubscribeOptions { MaxAge = TimeSpan.FromHours(1) };
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], CreateTestProbe()) { Options = own });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["quiet"], CreateTestProbe()));

        await PassAsync(client, MaxAge * 3);

        Assert.Equal(how == "off" ? (0, ConnectionHealth.Healthy) : (1, ConnectionHealth.Degraded), (await client.GetStatusAsync(Ct)) is var status ? (status.StaleTopics, status.Health) : default);
    }

    [Fact]
    public async Task An_age_of_one_subscriber_s_own_leaves_the_default_age_to_the_others()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "others"), Lively());
        var (plain, own) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], plain));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], own) { Options = new SubscribeOptions { MaxAge = MaxAge * 10 } });

        await PassAsync(client, MaxAge * 2);

        Assert.Equal(new Stale("tick", MaxAge), await plain.ExpectMsgAsync<Stale>(Deadline));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);
        Assert.False(own.HasMessages);
    }

    [Fact]
    public async Task Who_joins_after_the_update_that_ended_the_silence_is_not_told_stale()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "ended"), Lively());
        var (plain, own) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick", "quiet"], plain));
        await PassAsync(client, MaxAge * 2);
        await plain.ExpectMsgAsync<Stale>(Deadline);
        await server.Connection.SendTextAsync("U|tick|1", Ct);
        await plain.ExpectMsgAsync<TopicUpdate>(Deadline);

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], own) { Options = new SubscribeOptions { MaxAge = MaxAge / 2, ResubscribeWhenStale = true } });
        await server.Connection.SendTextAsync("U|tick|2", Ct);

        Assert.Equal("U|tick|2", Text(await own.ExpectMsgAsync<TopicUpdate>(Deadline)));
        Assert.Equal("U|tick|2", Text(await plain.ExpectMsgAsync<TopicUpdate>(Deadline)));
    }

    [Fact]
    public async Task A_short_default_age_holds_beside_a_long_one()
    {
        await using var server = await LineServer.StartAsync();
        var handler = new LineProtocol { MaxAge = topic => topic.Value == "slow" ? MaxAge * 60 : MaxAge };
        await using var client = await ConnectAsync(Options(server, "long-and-short"), handler);
        var (slow, quick) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["slow"], slow));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["tick"], quick));

        await PassAsync(client, MaxAge * 2);

        Assert.Equal(1, (await client.GetStatusAsync(Ct)).StaleTopics);
        Assert.Equal(new Stale("tick", MaxAge), await quick.ExpectMsgAsync<Stale>(Deadline));
        Assert.False(slow.HasMessages);
    }

    private static LineProtocol Lively() => new() { MaxAge = topic => topic.Value == "tick" ? MaxAge : null };

    private static WebSocketClientOptions Options(LineServer server, string name) => server.Options(name) with
    {
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1), Jitter = 0 },
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };

    private async Task ReconnectAsync(LineServer server, WebSocketClient client, Akka.TestKit.TestProbe watcher)
    {
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);
    }

    // The server answers in its own time.
    private Task ConfirmAsync(WebSocketClient client, int topics) =>
        AwaitAssertAsync(async () => Assert.Equal(topics, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);

    // Each check of the connection tells the topics' actors, which tell the connection.
    private async Task PassAsync(WebSocketClient client, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += MaxAge / 4)
        {
            Scheduler.Advance(MaxAge / 4);
            await SettleAsync(client);
            foreach (var topic in new[] { "topic-1", "topic-2" })
                await Sys.ActorSelection(client.Connection.Path / topic).Ask<ActorIdentity>(new Identify(null), Deadline);
            await SettleAsync(client);
        }
    }
}
