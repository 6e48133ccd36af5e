using System.Net;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Who subscribes and leaves, against what goes over the wire.</summary>
public sealed class SubscriptionTests : ConnectionTest
{
    [Fact]
    public async Task Two_subscribers_share_one_subscription_on_the_wire_and_the_last_to_leave_ends_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("share"));
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], second));

        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await second.ExpectMsgAsync<TopicUpdate>(Deadline);
        Assert.Equal(["sub"], Verbs(server));
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], second));

        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
        await AwaitAssertAsync(async () => Assert.Equal((0, 0), await TopicsAsync(client)), Deadline);
        await first.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Nothing_sent_after_the_reply_to_Unsubscribe_reaches_who_left()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("left"));
        var (leaver, stayer) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], stayer));
        for (var i = 0; i < 50; i++)
        {
            await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], leaver));
            await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a", "b", "never joined"], leaver));
            await server.Connection.SendTextAsync("U|a|1", Ct);
            await stayer.ExpectMsgAsync<TopicUpdate>(Deadline);
        }

        await leaver.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_dead_subscriber_leaves_and_is_unsubscribed_on_the_wire()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("dead-subscriber"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));

        Sys.Stop(subscriber);

        await AwaitAssertAsync(() => Assert.Equal(["sub", "unsub"], Verbs(server)), Deadline);
    }

    [Fact]
    public async Task Subscribe_unsubscribe_subscribe_in_one_breath_ends_with_the_last_wish()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("last-wish"));
        var subscriber = CreateTestProbe();

        for (var round = 0; round < 20; round++)
        {
            var first = AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
            client.Connection.Tell(new Unsubscribe(["a"], subscriber), ActorRefs.NoSender);
            var last = AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
            await last.WaitAsync(Deadline);
            await ((Task)first).WaitAsync(Deadline).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            Assert.True(first.IsCompletedSuccessfully || first.Exception?.InnerException is SubscriptionFailedException);
        }

        await AwaitAssertAsync(async () => Assert.Equal((1, 1), await TopicsAsync(client)), Deadline);
        await server.Connection.SendTextAsync("U|a|x", Ct);
        await subscriber.FishForMessageAsync(m => m is TopicUpdate, Deadline);
    }

    [Fact]
    public async Task A_subscription_that_nobody_waits_for_any_more_is_given_up()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("impatient"));
        using var impatience = new CancellationTokenSource();
        var subscribing = client.SubscribeAsync("a", impatience.Token);
        await AwaitAssertAsync(() => Assert.Equal(["sub"], Verbs(server)), Deadline);

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing.WaitAsync(Deadline));
        await AwaitAssertAsync(async () => Assert.Equal((0, 0), await TopicsAsync(client)), Deadline);
    }

    [Fact]
    public async Task Subscribing_that_was_given_up_takes_no_place_from_others()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("given-up") with { Subscriptions = new SubscriptionOptions { MaxTopics = 3 } };
        await using var client = await ConnectAsync(options);
        await using var held = await client.SubscribeAsync("a", Ct);
        server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(client);
        for (var i = 0; i < 3; i++)
        {
            using var impatience = new CancellationTokenSource();
            var subscribing = client.SubscribeAsync("a", impatience.Token);
            await client.GetStatusAsync(Ct); // behind the command
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing.WaitAsync(Deadline));
        }

        var another = client.SubscribeAsync("b", Ct);
        await server.Server.AcceptConnectionsAsync(Ct);

        await using var updates = await another.WaitAsync(Deadline);
    }

    [Fact]
    public async Task An_actor_that_leaves_a_topic_before_it_is_confirmed_is_told_that_it_has_left()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("left-early"));
        var (stays, leaves) = (CreateTestProbe(), CreateTestProbe());
        client.Connection.Tell(new Subscribe(["a"], stays), stays);
        client.Connection.Tell(new Subscribe(["a"], leaves), leaves);

        client.Connection.Tell(new Unsubscribe(["a"], leaves), leaves);

        var failure = (await leaves.FishForMessageAsync<Status.Failure>(_ => true, Deadline)).Cause;
        Assert.Equal("a", Assert.Single(Assert.IsType<SubscriptionFailedException>(failure).Failures).Topic.Value);
        Assert.False(stays.HasMessages);
    }

    [Fact]
    public async Task A_partial_refusal_names_the_topics_and_the_others_stay()
    {
        await using var server = await LineServer.StartAsync();
        server.RefusedTopics.Add("b");
        await using var client = await ConnectAsync(server.Options("partial"));
        var subscriber = CreateTestProbe();

        var failure = await client.Connection.AskOutcomeAsync(new Subscribe(["a", "b", "c"], subscriber), Deadline);

        var error = Assert.IsType<SubscriptionFailedException>(Assert.IsType<Status.Failure>(failure).Cause);
        Assert.Equal([new TopicFailure("b", "no such topic")], error.Failures);
        Assert.IsType<Subscribe>(error.Command);
        Assert.Equal("b", (await subscriber.ExpectMsgAsync<TopicClosed>(Deadline)).Topic.Value);
        Assert.Equal((2, 2), await TopicsAsync(client));
    }

    [Fact]
    public async Task One_topic_too_many_is_rejected()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("many-topics");
        await using var client = await ConnectAsync(options with { Subscriptions = options.Subscriptions with { MaxTopics = 2 } });
        await using var two = await client.SubscribeAsync(["a", "b"], Ct);

        var error = await Assert.ThrowsAsync<CapacityExceededException>(() => client.SubscribeAsync("c", Ct));

        Assert.Equal(2, error.Limit);
        await using var again = await client.SubscribeAsync("a", Ct);
    }

    private static IEnumerable<string> Verbs(LineServer server) => server.Received.Select(t => t.Split('|')[0]);

    private async Task<(int Desired, int Confirmed)> TopicsAsync(AkkaWs.Client.WebSocketClient client)
    {
        var status = await client.GetStatusAsync(Ct);
        return (status.DesiredTopics, status.ConfirmedTopics);
    }
}
