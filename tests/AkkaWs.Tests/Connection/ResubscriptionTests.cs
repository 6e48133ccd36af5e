using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What is asked for first, and the answers that say little.</summary>
public sealed class ResubscriptionTests : VirtualTimeTest
{
    [Fact]
    public async Task After_a_reconnect_critical_topics_are_asked_for_first()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("critical"));
        var watcher = await WatchAsync(client);
        IReadOnlyList<Topic> many = [.. Enumerable.Range(0, 250).Select(i => new Topic($"bulk-{i}"))];
        await AskAsync<Subscribed>(client.Connection, new Subscribe(many, CreateTestProbe()));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["book", "bulk-200"], CreateTestProbe()) { Critical = true });

        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);

        await AwaitAssertAsync(async () => Assert.Equal(251, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        var asked = server.Connection.Received.Select(message => message.Text.Split('|')[2].Split(',')).ToList();
        Assert.Equal([100, 100, 51], asked.Select(topics => topics.Length));
        Assert.Equal(["book", "bulk-200"], asked[0].Take(2).Order());
        Assert.Equal(251, asked.SelectMany(topics => topics).Distinct().Count());
    }

    [Fact]
    public async Task Where_the_server_refuses_whole_messages_one_delisted_topic_holds_back_only_itself_after_a_reconnect()
    {
        await using var server = await LineServer.StartAsync();
        server.RefusesWholeMessages = true;
        await using var client = await ConnectAsync(server.Options("delisted"));
        var watcher = await WatchAsync(client);
        IReadOnlyList<Topic> many = [.. Enumerable.Range(0, 100).Select(i => new Topic($"topic-{i}"))];
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(many, subscriber));

        server.RefusedTopics.Add("topic-37");
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);

        await AwaitAssertAsync(async () => Assert.Equal(99, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        await SettleAsync(client);
        Assert.InRange(server.Connection.Received.Count, 8, 16);
        server.RefusedTopics.Clear();
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await AwaitAssertAsync(async () => Assert.Equal(100, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        Assert.EndsWith("|topic-37", server.Connection.Received[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_server_refuses_whole_messages_a_subscriber_hears_which_of_its_topics_was_refused()
    {
        await using var server = await LineServer.StartAsync();
        server.RefusesWholeMessages = true;
        server.RefusedTopics.Add("nonsense");
        await using var client = await ConnectAsync(server.Options("one-bad"));

        var answer = await client.Connection.AskOutcomeAsync(new Subscribe(["a", "b", "nonsense", "c"], CreateTestProbe()), Deadline);

        var error = Assert.IsType<SubscriptionFailedException>(Assert.IsType<Status.Failure>(answer).Cause);
        Assert.Equal([new TopicFailure("nonsense", "no such topic")], error.Failures);
        Assert.Equal(3, (await client.GetStatusAsync(Ct)).ConfirmedTopics);
    }

    [Fact]
    public async Task A_response_that_carries_only_the_id_of_a_subscribe_message_confirms_it()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("id-only"));
        var subscribing = AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], CreateTestProbe()));
        var id = await AskedAsync(server, 1);

        await server.Connection.SendTextAsync($"R|{id}|ok|null", Ct);

        await subscribing.WaitAsync(Deadline);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((2, 0L), (status.ConfirmedTopics, status.LateResponses));
        await server.Connection.SendTextAsync($"R|{id}|ok|null", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LateResponses), Deadline);
    }

    [Fact]
    public async Task A_response_with_an_error_to_a_subscribe_message_refuses_it()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("id-refused"));
        var subscribing = client.Connection.AskOutcomeAsync(new Subscribe(["a"], CreateTestProbe()), Deadline);
        var id = await AskedAsync(server, 1);

        await server.Connection.SendTextAsync($"R|{id}|err|2|no such stream", Ct);

        var error = Assert.IsType<SubscriptionFailedException>(Assert.IsType<Status.Failure>(await subscribing).Cause);
        Assert.Equal([new TopicFailure("a", "2: no such stream")], error.Failures);
    }

    [Fact]
    public async Task A_login_may_be_answered_by_a_response_and_so_may_its_renewal()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(
            server.Options("login-response"), new LineProtocol { Authenticates = true, LoginLifetime = TimeSpan.FromHours(1) });
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);

        await server.Connection.SendTextAsync("R|auth|ok|{}", Ct);
        await client.WaitUntilReadyAsync(Ct);
        var watcher = await WatchAsync(client);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromMinutes(54));
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count(text => text.StartsWith("auth", StringComparison.Ordinal))), Deadline);
        await server.Connection.SendTextAsync("R|auth|ok|{}", Ct);

        await NextAsync<Authenticated>(watcher);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).LateResponses);
    }

    [Fact]
    public async Task A_login_that_is_refused_by_a_response_is_a_rejection()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("login-refused"), new LineProtocol { Authenticates = true });
        var watcher = await WatchAsync(client);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);

        await server.Connection.SendTextAsync("R|auth|no|wrong key", Ct);

        Assert.Equal(ErrorClass.AuthenticationRejected, (await NextAsync<ConnectionStateChanged>(watcher, m => m.Reason is not null)).Reason!.Class);
    }

    [Fact]
    public async Task An_answer_that_names_nothing_settles_the_only_open_message()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("nameless"));
        var subscribing = AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], CreateTestProbe()));
        await AskedAsync(server, 1);

        await server.Connection.SendTextAsync("A||ok", Ct);

        await subscribing.WaitAsync(Deadline);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).ConfirmedTopics);
    }

    [Fact]
    public async Task An_answer_that_names_nothing_settles_none_of_several_and_their_deadline_decides()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("ambiguous"));
        var first = client.SubscribeAsync("a", Ct);
        await AskedAsync(server, 1);
        var second = client.SubscribeAsync("b", Ct);
        await AskedAsync(server, 2);

        await server.Connection.SendTextAsync("A||ok", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).MessagesReceived), Deadline);
        await SettleAsync(client);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).ConfirmedTopics);
        Scheduler.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<SubscriptionFailedException>(() => first.WaitAsync(Deadline));
        await Assert.ThrowsAsync<SubscriptionFailedException>(() => second.WaitAsync(Deadline));
    }

    private async Task<string> AskedAsync(LineServer server, int count)
    {
        await AwaitAssertAsync(() => Assert.Equal(count, server.Received.Count), Deadline);
        return server.Received[count - 1].Split('|')[1];
    }
}
