using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The second connection keeps to the same limits as the first: attempts per host, the rate of messages, the size of subscribe messages.</summary>
public sealed class RotationGateTests : RotationTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly RateOptions Hourly = new() { Limit = 1, Interval = Hour };

    [Fact]
    public async Task The_new_connection_waits_for_its_turn_at_the_gate_of_its_host_and_is_not_given_up_meanwhile()
    {
        await using var server = await LineServer.StartAsync();
        var options = Quiet(server, "attempts") with { Rates = new RateLimitOptions { ConnectionAttempts = Hourly } };
        await using var client = await ConnectAsync(options, new LineProtocol());
        await ConnectionAsync(server, 1);
        var rotating = client.RotateAsync(Ct);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).AttemptsAhead), Deadline);

        Scheduler.Advance(TimeSpan.FromMinutes(5));
        await SettleAsync(client);

        Assert.False(rotating.IsCompleted);
        Assert.Equal((1, 1L), (server.Server.ConnectionsAccepted, client.Epoch.Value));
        await client.CloseAsync(Ct).WaitAsync(Deadline);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => rotating.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Login_and_subscriptions_of_both_pass_the_gate_of_messages_and_what_waits_in_it_leaves_by_the_new_one()
    {
        await using var server = await LineServer.StartAsync();
        var options = Quiet(server, "messages") with
        {
            Rates = new RateLimitOptions { Outgoing = Hourly with { Burst = 2 } },
            Rotation = new RotationOptions { Overlap = TimeSpan.FromHours(12) },
        };
        await using var client = await ConnectAsync(options, new LineProtocol { Authenticates = true });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        var watcher = await WatchAsync(client);
        var rotating = client.RotateAsync(Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);
        var (old, next) = (await ConnectionAsync(server, 1), await ConnectionAsync(server, 2));
        Assert.Empty(next.Received);

        Scheduler.Advance(Hour);
        await NextAsync<Authenticated>(watcher, m => m.Epoch.Value == 2);
        client.Connection.Tell(new Send("late"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromDays(1)) }, ActorRefs.NoSender);
        await SettleAsync(client);
        Assert.Equal(["auth"], Kinds(next));

        Scheduler.Advance(Hour);
        await InEpochAsync(client, 2);
        await SettleAsync(client);
        Assert.Equal(["auth", "sub"], Kinds(next));
        Assert.Equal(["auth", "sub"], Kinds(old));

        Scheduler.Advance(Hour);
        Assert.Equal(2, (await rotating.WaitAsync(Deadline)).Epoch.Value);
        await SettleAsync(client);
        Assert.Equal(["auth", "sub", "unsub"], Kinds(old));

        Scheduler.Advance(Hour);
        await SentAsync(next, "late");
        Assert.Equal(["auth", "sub", "late"], Kinds(next));
    }

    [Fact]
    public async Task Both_connections_have_a_count_of_their_own_where_the_venue_counts_subscriptions_by_connection()
    {
        await using var server = await LineServer.StartAsync();
        var options = Quiet(server, "own-counts") with
        {
            Rates = new RateLimitOptions { Subscriptions = Hourly with { Burst = 2 }, SubscriptionsPerConnection = true },
            Rotation = new RotationOptions { Overlap = TimeSpan.FromHours(12) },
        };
        await using var client = await ConnectAsync(options, new LineProtocol { Authenticates = true });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));

        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        await SettleAsync(client);
        var (old, next) = (await ConnectionAsync(server, 1), await ConnectionAsync(server, 2));
        Assert.Equal(["auth", "sub"], Kinds(next));
        Assert.Equal(["auth", "sub"], Kinds(old));

        client.Connection.Tell(new Subscribe(["b"], CreateTestProbe()), ActorRefs.NoSender);
        await SettleAsync(client);
        Scheduler.Advance(Hour);
        Assert.Equal(2, (await rotating.WaitAsync(Deadline)).Epoch.Value);
        await AwaitAssertAsync(() => Assert.Equal(["auth", "sub", "unsub"], Kinds(old)), Deadline);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        await AwaitAssertAsync(() => Assert.Equal(["auth", "sub", "sub"], Kinds(next)), Deadline);
    }

    [Fact]
    public async Task A_login_that_waits_for_its_turn_at_the_gate_does_not_end_the_rotation()
    {
        await using var server = await LineServer.StartAsync();
        var options = Quiet(server, "late-login") with { Rates = new RateLimitOptions { Outgoing = Hourly } };
        await using var client = await ConnectAsync(options, new LineProtocol { Authenticates = true });
        foreach (var text in new[] { "cancel 1", "cancel 2", "cancel 3" })
        {
            var patient = WhenNotReady.Queue(TimeSpan.FromDays(1));
            var send = new Send(System.Text.Encoding.UTF8.GetBytes(text)) { WhenNotReady = patient, Priority = MessagePriority.Cancel };
            client.Connection.Tell(send, ActorRefs.NoSender);
        }

        var rotating = client.RotateAsync(Ct);
        await AwaitAssertAsync(async () => Assert.Equal(4, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);
        for (var left = 3; left >= 0; left--)
        {
            Scheduler.Advance(Hour);
            await AwaitAssertAsync(async () => Assert.Equal(left, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);
            await SettleAsync(client);
        }

        Assert.Equal(2, (await rotating.WaitAsync(Deadline)).Epoch.Value);
    }

    [Fact]
    public async Task Subscribe_messages_are_split_by_size_and_name_critical_topics_first()
    {
        const int size = 64;
        await using var server = await LineServer.StartAsync();
        var options = Quiet(server, "split") with { Subscriptions = new SubscriptionOptions { MaxSubscribeBytes = size } };
        await using var client = await ConnectAsync(options, new LineProtocol());
        IReadOnlyList<Topic> many = [.. Enumerable.Range(0, 40).Select(i => new Topic($"bulk-{i}"))];
        await AskAsync<Subscribed>(client.Connection, new Subscribe(many, CreateTestProbe()));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["book"], CreateTestProbe()) { Critical = true });

        await client.RotateAsync(Ct).WaitAsync(Deadline);

        var (old, next) = (await ConnectionAsync(server, 1), await ConnectionAsync(server, 2));
        Assert.All(old.Received.Concat(next.Received), message => Assert.InRange(message.Text.Length, 1, size));
        Assert.Equal(41, TopicsOf(next, "sub").Distinct().Count());
        Assert.Equal(41, TopicsOf(old, "unsub").Distinct().Count());
        Assert.Equal("book", TopicsOf(next, "sub")[0]);

        var watcher = await WatchAsync(client);
        next.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);
        await AwaitAssertAsync(async () => Assert.Equal(41, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        Assert.Equal("book", TopicsOf(await ConnectionAsync(server, 3), "sub")[0]);
    }

    [Fact]
    public async Task A_venue_that_answers_by_the_id_alone_is_understood_on_both()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "id-only", new LineProtocol { Authenticates = true });
        (server.AnswersLogin, server.ConfirmsSubscriptions, server.ConfirmsUnsubscriptions) = (false, false, false);
        var rotating = client.RotateAsync(Ct);
        var (old, next) = (await ConnectionAsync(server, 1), await ConnectionAsync(server, 2));

        await SentAsync(next, "auth");
        await next.SendTextAsync("R|auth|ok|{}", Ct);
        await AnswerAsync(next, "sub|");
        await AnswerAsync(old, "unsub|");

        Assert.Equal(2, (await rotating.WaitAsync(Deadline)).Epoch.Value);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).LateResponses);
    }

    private static List<string> Kinds(ScriptedConnection connection) => [.. connection.Received.Select(message => message.Text.Split('|')[0])];

    private static List<string> TopicsOf(ScriptedConnection connection, string kind) =>
        [.. connection.Received.Select(message => message.Text.Split('|')).Where(fields => fields[0] == kind).SelectMany(fields => fields[2].Split(','))];

    private async Task AnswerAsync(ScriptedConnection connection, string prefix)
    {
        await SentAsync(connection, prefix);
        var asked = connection.Received.Last(message => message.Text.StartsWith(prefix, StringComparison.Ordinal));
        await connection.SendTextAsync($"R|{asked.Text.Split('|')[1]}|ok|null", Ct);
    }
}
