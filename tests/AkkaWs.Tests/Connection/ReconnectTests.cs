using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

public sealed class ReconnectTests : VirtualTimeTest
{
    private static readonly ReconnectOptions Steady = new() { Jitter = 0, StableAfter = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task Accept_then_close_backs_off_and_the_count_starts_again_only_after_a_stable_time()
    {
        await using var server = await LineServer.StartAsync();
        server.ClosesAtOnce = true;
        var watcher = CreateTestProbe();
        Sys.EventStream.Subscribe(watcher, typeof(ConnectionEvent));
        await using var client = await OpenAsync(server.Options("flapping") with { Reconnect = Steady, Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } });

        Reconnecting? last = null;
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            if (last is not null)
                Scheduler.Advance(last.Delay);
            last = await LostAsync(client, watcher);
            Assert.Equal(attempt, last.Attempt);
            Assert.Equal(TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt - 1)), last.Delay);
        }

        server.ClosesAtOnce = false;
        Scheduler.Advance(last!.Delay);
        await NextAsync<ConnectionStateChanged>(watcher, e => e.To == ConnectionState.Ready);
        await SettleAsync(client);
        Scheduler.Advance(Steady.StableAfter - TimeSpan.FromMilliseconds(1));
        await SettleAsync(client);
        await (await server.Server.WaitForConnectionAsync(7, cancellationToken: Ct)).CloseAsync();
        last = await LostAsync(client, watcher);
        Assert.Equal(7, last.Attempt);

        Scheduler.Advance(last.Delay);
        await NextAsync<ConnectionStateChanged>(watcher, e => e.To == ConnectionState.Ready);
        await SettleAsync(client);
        Scheduler.Advance(Steady.StableAfter);
        await SettleAsync(client);
        await (await server.Server.WaitForConnectionAsync(8, cancellationToken: Ct)).CloseAsync();
        Assert.Equal(1, (await NextAsync<Reconnecting>(watcher)).Attempt);
    }

    [Fact]
    public async Task A_topic_that_is_refused_after_a_reconnect_is_asked_for_again_ever_more_slowly()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("refused-later") with { Reconnect = Steady });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var watcher = await WatchAsync(client);
        server.RefusedTopics.Add("a");
        server.Connection.Drop();
        await NextAsync<Reconnected>(watcher);
        await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
        await RefusedAsync(server, client, asked: 2);
        await subscriber.ExpectMsgAsync<Unconfirmed>(Deadline);

        for (var round = 0; round < 4; round++)
        {
            var delay = TimeSpan.FromMilliseconds(100 * Math.Pow(2, round));
            Scheduler.Advance(delay - TimeSpan.FromMilliseconds(1));
            await RefusedAsync(server, client, asked: 2 + round);
            Scheduler.Advance(TimeSpan.FromMilliseconds(1));
            await RefusedAsync(server, client, asked: 3 + round);
        }

        server.RefusedTopics.Clear();
        Scheduler.Advance(TimeSpan.FromSeconds(1.6));
        await subscriber.ExpectMsgAsync<Restored>(Deadline);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).ConfirmedTopics);
    }

    [Fact]
    public async Task Who_subscribes_to_a_topic_that_is_held_back_hears_of_the_refusal()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("held-back") with { Reconnect = Steady });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var watcher = await WatchAsync(client);
        server.RefusedTopics.Add("a");
        server.Connection.Drop();
        await NextAsync<Reconnected>(watcher);
        await RefusedAsync(server, client, asked: 2);

        var late = client.SubscribeAsync("a", Ct);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAsync<SubscriptionFailedException>(() => late.WaitAsync(Deadline));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics);
    }

    [Fact]
    public async Task A_topic_that_the_server_does_not_confirm_fails_in_time_and_is_left_on_the_wire()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(server.Options("unconfirmed"));
        var subscribing = client.SubscribeAsync("a", Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<SubscriptionFailedException>(() => subscribing.WaitAsync(Deadline));
        await AwaitAssertAsync(() => Assert.StartsWith("unsub|", server.Received[^1], StringComparison.Ordinal), Deadline);
    }

    [Fact]
    public async Task A_login_without_an_answer_is_a_loss()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("no-login"), new LineProtocol { Authenticates = true });
        await AwaitAssertAsync(() => Assert.Equal(["auth|secret"], server.Received), Deadline);
        var watcher = await WatchAsync(client);

        Scheduler.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ErrorClass.AuthenticationFailed, (await NextAsync<Reconnecting>(watcher)).Reason.Class);
    }

    [Fact]
    public async Task Idle_request_actors_are_let_go_after_two_quiet_intervals()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("pool") with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.RequestRawAsync(Request($"{i}"), Ct))).WaitAsync(Deadline);
        var pool = await PoolAsync(client);
        Assert.InRange(pool, 1, 20);
        await client.RequestRawAsync(Request("again"), Ct);
        Assert.Equal(pool, await PoolAsync(client));

        for (var interval = 0; interval < 2; interval++)
        {
            Scheduler.Advance(TimeSpan.FromSeconds(60));
            await SettleAsync(client);
        }

        await AwaitAssertAsync(async () => Assert.Equal(0, await PoolAsync(client)), Deadline);
        await client.RequestRawAsync(Request("after"), Ct);
    }

    // The next attempt is told before its timer is set, and time must not pass between.
    private async Task<Reconnecting> LostAsync(AkkaWs.Client.WebSocketClient client, TestProbe watcher)
    {
        var happened = await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        return happened;
    }

    private async Task RefusedAsync(LineServer server, AkkaWs.Client.WebSocketClient client, int asked)
    {
        await AwaitAssertAsync(() => Assert.Equal(asked, server.Received.Count(t => t.StartsWith("sub|", StringComparison.Ordinal))), Deadline);
        while ((await client.GetStatusAsync(Ct)).MessagesReceived < asked)
            await Task.Yield();
        await SettleAsync(client);
    }

    private async Task<int> PoolAsync(AkkaWs.Client.WebSocketClient client)
    {
        var count = 0;
        for (var i = 1; i <= 25; i++)
        {
            var identity = await Sys.ActorSelection(client.Connection.Path / $"request-{i}").Ask<ActorIdentity>(new Identify(i), Deadline);
            count += identity.Subject is null ? 0 : 1;
        }

        return count;
    }
}
