using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Subscribe and unsubscribe messages that the server ignores, answers late or never, or refuses since it has worked them off: we and it agree again.</summary>
public sealed class AgreementTests : VirtualTimeTest
{
    private static readonly TimeSpan ConfirmTimeout = new SubscriptionOptions().ConfirmTimeout;

    [Fact]
    public async Task Topics_that_a_reconnect_gathers_into_a_message_too_large_for_the_server_come_back_in_smaller_ones()
    {
        await using var server = await LineServer.StartAsync();
        server.IgnoresAbove = 40; // three topics
        await using var client = await ConnectAsync(Options(server, "too-large"));
        var subscriber = CreateTestProbe();
        foreach (var i in Enumerable.Range(0, 8))
            await AskAsync<Subscribed>(client.Connection, new Subscribe([$"t{i}"], subscriber));

        await ReconnectAsync(server, client);
        await SentAsync(server, client, 1);
        Scheduler.Advance(ConfirmTimeout);
        await SentAsync(server, client, 3);
        Scheduler.Advance(ConfirmTimeout);

        await ConfirmedAsync(client, 8);
        Assert.Equal([8, 4, 4, 2, 2, 2, 2], Sent(server).Select(fields => fields[2].Split(',').Length));
        Assert.Equal(8, server.Subscribed.Count);
        Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task A_confirmation_that_comes_too_late_counts_and_nothing_is_asked_for_again()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "late"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        server.ConfirmsSubscriptions = false;
        await ReconnectAsync(server, client);
        await SentAsync(server, client, 1);
        Scheduler.Advance(ConfirmTimeout);
        await AwaitAssertAsync(async () => Assert.Equal(ConnectionHealth.Degraded, (await client.GetStatusAsync(Ct)).Health), Deadline);

        await server.Connection.SendTextAsync($"A|{Sent(server)[0][1]}|ok", Ct);

        await ConfirmedAsync(client, 1);
        Assert.Equal([typeof(Interrupted), typeof(Unconfirmed), typeof(Restored)], subscriber.ReceiveN(3, Deadline).Select(m => m.GetType()));
        Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health);
        Scheduler.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync(client);
        Assert.Single(Sent(server));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_topic_that_the_server_has_and_refuses_as_repeated_is_left_and_asked_for_once_more(bool flows)
    {
        await using var server = await LineServer.StartAsync();
        server.RefusesRepeated = true;
        await using var client = await ConnectAsync(Options(server, $"repeated-{flows}"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        server.ConfirmsSubscriptions = false;
        await ReconnectAsync(server, client);
        await SentAsync(server, client, 1);
        await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
        if (flows)
        {
            await server.Connection.SendTextAsync("U|a|1", Ct);
            await subscriber.ExpectMsgAsync<Restored>(Deadline);
            await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        }

        Scheduler.Advance(ConfirmTimeout);
        await subscriber.ExpectMsgAsync<Unconfirmed>(Deadline);
        server.ConfirmsSubscriptions = true;
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(30));

        await ConfirmedAsync(client, 1);
        Assert.Equal(["sub", "sub", "unsub", "sub"], Sent(server).Select(fields => fields[0]));
        Assert.Equal(["a"], server.Subscribed);
        // What the server sent of it before it was left does not continue in what it sends now.
        if (flows)
            Assert.Equal(ErrorClass.SubscriptionRefused, (await subscriber.ExpectMsgAsync<Interrupted>(Deadline)).Reason.Class);
        await subscriber.ExpectMsgAsync<Restored>(Deadline);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        Assert.Equal("U|a|2", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
    }

    [Fact]
    public async Task Who_joins_a_topic_that_flows_unconfirmed_is_told_so_before_it_is_told_that_it_is_confirmed()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "flows-unconfirmed"));
        var (first, later) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        server.ConfirmsSubscriptions = false;
        await ReconnectAsync(server, client);
        await SentAsync(server, client, 1);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await first.FishForMessageAsync(m => m is TopicUpdate, Deadline);
        Scheduler.Advance(ConfirmTimeout);
        await first.ExpectMsgAsync<Unconfirmed>(Deadline);
        server.ConfirmsSubscriptions = true;

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], later));

        await later.ExpectMsgAsync<Unconfirmed>(Deadline);
        await later.ExpectMsgAsync<Restored>(Deadline);
        await first.ExpectMsgAsync<Restored>(Deadline);
    }

    [Fact]
    public async Task A_call_that_the_server_does_not_answer_fails_by_the_names_of_its_topics_and_leaves_nothing_there()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(Options(server, "unanswered"));
        var subscriber = CreateTestProbe();
        var call = client.Connection.AskOutcomeAsync(new Subscribe(["a", "b"], subscriber), Deadline);
        await SentAsync(server, client, 1);
        Assert.Equal(["a", "b"], server.Subscribed);

        Scheduler.Advance(ConfirmTimeout);

        var error = Assert.IsType<SubscriptionFailedException>(Assert.IsType<Status.Failure>(await call).Cause);
        Assert.Equal(["a", "b"], error.Failures.Select(failure => failure.Topic.Value).Order());
        await AwaitAssertAsync(() => Assert.Empty(server.Subscribed), Deadline);
        Assert.Equal(["sub", "unsub"], Sent(server).Select(fields => fields[0]));
    }

    [Fact]
    public async Task Topics_that_are_left_without_an_answer_are_left_again_ever_more_slowly_until_there_is_one()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "left-unanswered"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], subscriber));
        server.IgnoresAbove = 0;
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a", "b"], subscriber));
        await SentAsync(server, client, 2);

        Scheduler.Advance(ConfirmTimeout);
        await SentAsync(server, client, 4); // each alone
        Scheduler.Advance(ConfirmTimeout);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(29));
        await SettleAsync(client);
        Assert.Equal(4, Sent(server).Count);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await SentAsync(server, client, 6);
        Scheduler.Advance(ConfirmTimeout);
        await SettleAsync(client);
        server.IgnoresAbove = null;
        Scheduler.Advance(TimeSpan.FromSeconds(60));

        await AwaitAssertAsync(() => Assert.Empty(server.Subscribed), Deadline);
        await SentAsync(server, client, 8);
        Scheduler.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync(client);
        Assert.Equal(8, Sent(server).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_topic_that_the_server_refuses_to_leave_is_left_later_and_can_be_subscribed_again(bool isWishedAgain)
    {
        await using var server = await LineServer.StartAsync();
        (server.RefusesRepeated, server.RefusesLeaving) = (true, true);
        await using var client = await ConnectAsync(Options(server, $"stays-{isWishedAgain}"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], subscriber));
        await SentAsync(server, client, 2);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        server.RefusesLeaving = false;

        if (isWishedAgain)
            await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        else
            Scheduler.Advance(TimeSpan.FromSeconds(30));

        await AwaitAssertAsync(() => Assert.Equal(isWishedAgain ? ["a"] : [], server.Subscribed), Deadline);
        await SentAsync(server, client, isWishedAgain ? 5 : 3);
        Scheduler.Advance(TimeSpan.FromMinutes(10));
        await SettleAsync(client);
        Assert.Equal(isWishedAgain ? ["sub", "unsub", "sub", "unsub", "sub"] : ["sub", "unsub", "unsub"], Sent(server).Select(fields => fields[0]));
    }

    [Fact]
    public async Task A_topic_whose_subscribe_takes_effect_after_its_leaving_was_refused_is_left()
    {
        await using var server = await LineServer.StartAsync();
        (server.ConfirmsSubscriptions, server.ConfirmsUnsubscriptions) = (false, false);
        await using var client = await ConnectAsync(Options(server, "takes-effect-late"));
        var call = client.Connection.AskOutcomeAsync(new Subscribe(["a"], CreateTestProbe()), Deadline);
        await SentAsync(server, client, 1);
        Scheduler.Advance(ConfirmTimeout);
        Assert.IsType<Status.Failure>(await call);
        await SentAsync(server, client, 2);

        await server.Connection.SendTextAsync($"A|{Sent(server)[1][1]}|no|a|not subscribed", Ct);
        await server.Connection.SendTextAsync($"A|{Sent(server)[0][1]}|ok", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).MessagesReceived), Deadline);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(30));

        await SentAsync(server, client, 3);
        Assert.Equal(["sub", "unsub", "unsub"], Sent(server).Select(fields => fields[0]));
    }

    [Fact]
    public async Task A_topic_that_is_never_answered_is_asked_for_after_30_s_then_60_s_and_at_once_for_a_new_caller()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "never"));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        server.ConfirmsSubscriptions = false;
        await ReconnectAsync(server, client);
        var sent = 0;
        foreach (var wait in new[] { 30, 60 })
        {
            await SentAsync(server, client, ++sent);
            Scheduler.Advance(ConfirmTimeout);
            await SettleAsync(client);
            Scheduler.Advance(TimeSpan.FromSeconds(wait - 1));
            await SettleAsync(client);
            Assert.Equal(sent, Sent(server).Count);
            Scheduler.Advance(TimeSpan.FromSeconds(1));
        }

        await SentAsync(server, client, ++sent);
        Scheduler.Advance(ConfirmTimeout);
        await SettleAsync(client);
        server.ConfirmsSubscriptions = true;

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));

        Assert.Equal(sent + 1, Sent(server).Count);
        await ConfirmedAsync(client, 1);
    }

    private static WebSocketClientOptions Options(LineServer server, string name) => server.Options(name) with
    {
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1), Jitter = 0 },
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
    };

    private static List<string[]> Sent(LineServer server) => [.. server.Connection.Received.Select(message => message.Text.Split('|'))];

    private async Task ReconnectAsync(LineServer server, WebSocketClient client)
    {
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);
    }

    // The deadline of a message is set behind its write.
    private async Task SentAsync(LineServer server, WebSocketClient client, int messages)
    {
        await AwaitAssertAsync(() => Assert.Equal(messages, Sent(server).Count), Deadline);
        await SettleAsync(client);
    }

    private Task ConfirmedAsync(WebSocketClient client, int topics) =>
        AwaitAssertAsync(async () => Assert.Equal(topics, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
}
