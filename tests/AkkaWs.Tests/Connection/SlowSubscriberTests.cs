using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What a slow subscriber costs: itself, by its policy; the others, at most MaxStall.</summary>
public sealed class SlowSubscriberTests : VirtualTimeTest
{
    private const int Count = 2_000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1.25);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Filler = Encoding.UTF8.GetBytes(new string('x', 10_000));
    private static readonly SubscribeOptions Pushing = new() { Overflow = OverflowPolicy.Backpressure };

    [Fact]
    public async Task A_reader_that_holds_up_the_reading_for_MaxStall_fails_and_the_rest_flows_on()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "max-stall"));
        var watcher = await WatchAsync(client);
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], other, Batched: true));
        await using var stalled = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);
        await AwaitStallAsync(client);

        Assert.False(sending.IsCompleted);
        await AwaitAssertAsync(async () => Assert.Equal(ConnectionHealth.Degraded, (await client.GetStatusAsync(Ct)).Health), Deadline);
        var looks = 0;
        while ((await client.GetStatusAsync(Ct)).LaggedSubscriptions == 0)
        {
            Assert.True(++looks < 100);
            Scheduler.Advance(Look);
            await SettleTopicsAsync(client, topics: 2);
        }

        Assert.True(looks > 4, $"failed after {looks} looks");
        Assert.Equal("a", (await NextAsync<ReadingStalled>(watcher)).Topic?.Value);
        await sending.WaitAsync(Deadline);
        await other.FishForMessageAsync(m => m is TopicUpdates { Updates: [.., var last] } && Text(last) == "U|b|end", Deadline);
        await AwaitAssertAsync(async () => Assert.False((await client.GetStatusAsync(Ct)).IsStalled), Deadline);
        Scheduler.Advance(Look);
        await NextAsync<ReadingResumed>(watcher);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((ConnectionHealth.Healthy, 1L), (status.Health, status.LaggedSubscriptions));
        var (delivered, lagged, error) = await ReadToEndAsync(stalled);
        Assert.IsType<SubscriptionLaggedException>(error);
        Assert.True(lagged > 0);
        Assert.Equal(status.DroppedUpdates, lagged);
        Assert.Equal(0, delivered);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
    }

    [Fact]
    public async Task A_pause_that_is_more_than_a_moment_is_told_by_its_topic_however_long_a_stall_may_be()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "at-once");
        await using var client = await ConnectAsync(options with { Subscriptions = options.Subscriptions with { MaxStall = null } });
        var watcher = await WatchAsync(client);
        await using var stalled = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);
        await AwaitStallAsync(client);

        for (var passed = TimeSpan.Zero; !watcher.HasMessages; passed += Moment / 2)
        {
            Assert.True(passed < Look);
            Scheduler.Advance(Moment / 2);
            await SettleTopicsAsync(client, topics: 1);
        }

        Assert.Equal("a", (await watcher.ExpectMsgAsync<ReadingStalled>(Deadline)).Topic?.Value);
        await stalled.DisposeAsync();
        await sending.WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.False((await client.GetStatusAsync(Ct)).IsStalled), Deadline);
        Scheduler.Advance(Look);
        await watcher.ExpectMsgAsync<ReadingResumed>(Deadline);
    }

    [Fact]
    public async Task A_request_that_times_out_while_reading_pauses_says_whose_subscriber_holds_it_up()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "held-up"));
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        var watcher = await WatchAsync(client);
        await using var stalled = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);
        await AwaitStallAsync(client);
        while (!watcher.HasMessages || await NextOrNullAsync(watcher) is not ReadingStalled)
        {
            Scheduler.Advance(Look / 4);
            await SettleTopicsAsync(client, topics: 1);
        }

        var asking = client.RequestRawAsync(new Request("late"u8.ToArray()) { Timeout = TimeSpan.FromMilliseconds(100) }, Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).PendingRequests), Deadline);
        Scheduler.Advance(TimeSpan.FromMilliseconds(100));

        var error = await Assert.ThrowsAsync<RequestTimeoutException>(() => asking);
        Assert.Contains("reading is paused for a slow subscriber of a", error.Message, StringComparison.Ordinal);
        Assert.Contains(LogProbe.Of(logged, "held-up"), line => line is { Level: Akka.Event.LogLevel.WarningLevel, Message.EventName: "ReadingStalled" });
        await stalled.DisposeAsync();
        await sending.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_slow_reader_that_makes_progress_is_not_failed()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "slow-but-moving"));
        await using var slow = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);

        var read = 0;
        await foreach (var update in slow.WithCancellation(Ct))
        {
            Assert.Equal(++read, update.Sequence);
            if (read % 100 == 0)
            {
                Scheduler.Advance(Look);
                await SettleAsync(client);
            }

            if (read == Count)
                break;
        }

        await sending.WaitAsync(Deadline);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).LaggedSubscriptions);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a", "b", "c", "d", "e", "f")]
    public async Task A_reader_that_is_told_of_and_works_off_in_time_what_it_held_is_not_failed_however_many_topics_it_has(params string[] topics)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, $"in-time-{topics.Length}"));
        var watcher = await WatchAsync(client);
        await using var slow = await client.SubscribeAsync([.. topics.Select(topic => new Topic(topic))], Pushing, Ct);
        var sending = SendAllAsync(server);
        await AwaitStallAsync(client);
        while (!watcher.HasMessages || await NextOrNullAsync(watcher) is not ReadingStalled)
        {
            Scheduler.Advance(Moment / 2);
            await SettleTopicsAsync(client, topics.Length);
        }

        var read = 0;
        await foreach (var update in slow.WithCancellation(Ct))
        {
            Assert.Equal(++read, update.Sequence);
            if (read == Count)
                break;
            if (read % 100 != 0)
                continue;
            await AwaitStallAsync(client);
            Scheduler.Advance(Look);
            await SettleTopicsAsync(client, topics.Length);
        }

        await sending.WaitAsync(Deadline);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).LaggedSubscriptions);
    }

    [Fact]
    public async Task A_reader_that_always_moves_a_little_and_takes_less_than_it_gets_is_told_of_and_fails_after_MaxStall()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "moves-a-little"));
        var watcher = await WatchAsync(client);
        await using var slow = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);
        await AwaitStallAsync(client);

        var read = 0;
        await Assert.ThrowsAsync<SubscriptionLaggedException>(async () =>
        {
            await foreach (var update in slow.WithCancellation(Ct))
            {
                Assert.Equal(++read, update.Sequence);
                Scheduler.Advance(Look);
                await SettleTopicsAsync(client, topics: 1);
            }
        });

        Assert.InRange(read, 5, 60);
        Assert.Equal("a", (await NextAsync<ReadingStalled>(watcher)).Topic?.Value);
        await sending.WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.Equal((1, 0), ((await client.GetStatusAsync(Ct)).LaggedSubscriptions, (await client.GetStatusAsync(Ct)).DesiredTopics)), Deadline);
    }

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    [InlineData(OverflowPolicy.Conflate)]
    public async Task A_policy_that_drops_keeps_the_rest_flowing_and_tells_every_update_that_it_dropped(OverflowPolicy policy)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "drops-" + policy));
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], other, Batched: true));
        await using var stalled = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = policy, Capacity = 10 }, Ct);

        await SendAllAsync(server).WaitAsync(Deadline);

        await other.FishForMessageAsync(m => m is TopicUpdates { Updates: [.., var last] } && Text(last) == "U|b|end", Deadline);
        var dropped = (await client.GetStatusAsync(Ct)).DroppedUpdates;
        await client.CloseAsync(Ct);
        var (delivered, lagged, error) = await ReadToEndAsync(stalled);
        Assert.Null(error);
        Assert.Equal(Count, delivered + lagged);
        Assert.InRange(delivered, 1, 10);
        Assert.Equal(dropped, lagged);
    }

    [Fact]
    public async Task A_reader_that_wants_to_fail_fails_alone()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "fails"));
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], other, Batched: true));
        await using var failing = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = OverflowPolicy.Fail, Capacity = 10 }, Ct);

        await SendAllAsync(server).WaitAsync(Deadline);

        await other.FishForMessageAsync(m => m is TopicUpdates { Updates: [.., { Sequence: Count }] }, Deadline);
        var (delivered, lagged, error) = await ReadToEndAsync(failing);
        Assert.IsType<SubscriptionLaggedException>(error);
        Assert.Equal((0, 11), (delivered, lagged));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics);
    }

    [Fact]
    public async Task What_a_stalled_reader_keeps_in_memory_is_bounded_by_credits_and_slabs()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "bounded"));
        await using var stalled = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);

        await AwaitStallAsync(client);
        await SettleAsync(client);

        const int Slab = 65_536, Credits = 4;
        Assert.InRange((await client.GetStatusAsync(Ct)).BytesReceived, 1, (Credits + 1) * (Slab + Filler.Length));
        Assert.False(sending.IsCompleted);
        await stalled.DisposeAsync();
        await sending.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_slow_actor_with_a_window_pushes_back_instead_of_growing_its_mailbox()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "window"));
        var slow = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], slow) { Options = Pushing with { Window = 2 } });
        var sending = SendAllAsync(server);

        await AwaitStallAsync(client);
        Assert.False(sending.IsCompleted);
        for (var expected = 1; expected <= Count; expected++)
        {
            Assert.Equal(expected, (await slow.ExpectMsgAsync<TopicUpdate>(Deadline)).Sequence);
            slow.Reply(Ack.One);
        }

        await sending.WaitAsync(Deadline);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).DroppedUpdates);
    }

    [Fact]
    public async Task An_overflow_policy_without_a_window_is_no_promise_that_an_actor_can_get()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "no-window"));

        var reply = await client.Connection.AskOutcomeAsync(
            new Subscribe(["a"], CreateTestProbe()) { Options = new SubscribeOptions { Overflow = OverflowPolicy.DropOldest } }, Deadline);

        Assert.IsType<ArgumentException>(Assert.IsType<Status.Failure>(reply).Cause);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SubscribeAsync("a", new SubscribeOptions { Capacity = 0 }, Ct));
    }

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Subscriptions = new SubscriptionOptions { BatchCredits = 4 } };

    private async Task SendAllAsync(LineServer server)
    {
        for (var i = 1; i <= Count; i++)
            await server.Connection.SendAsync((byte[])[.. Encoding.UTF8.GetBytes($"U|a|{i}|"), .. Filler], WebSocketMessageType.Text, Ct);
        await server.Connection.SendTextAsync("U|b|end", Ct);
    }

    private Task AwaitStallAsync(WebSocketClient client) =>
        AwaitAssertAsync(async () => Assert.True((await client.GetStatusAsync(Ct)).IsStalled), Deadline);

    // The connection has had its turn, then each topic with what the connection told it, then the connection with what they answered.
    private async Task SettleTopicsAsync(WebSocketClient client, int topics)
    {
        await SettleAsync(client);
        var settled = CreateTestProbe();
        Sys.ActorSelection(client.Connection.Path / "topic-*").Tell(new Identify(topics), settled);
        for (var answers = 0; answers < topics;)
        {
            if (await settled.ReceiveOneAsync(Moment) is ActorIdentity)
                answers++;
            else if ((await client.GetStatusAsync(Ct)).DesiredTopics < topics)
                return; // one has ended meanwhile
        }

        await SettleAsync(client);
    }

    private static async Task<(long Delivered, long Lagged, Exception? Error)> ReadToEndAsync(TopicSubscription subscription)
    {
        var (delivered, lagged) = (0L, 0L);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await foreach (var message in subscription.ReadAllAsync(deadline.Token))
            {
                delivered += message is TopicUpdate ? 1 : 0;
                lagged += (message as Lagged)?.Count ?? 0;
            }
        }
        catch (SubscriptionLaggedException e)
        {
            return (delivered, lagged, e);
        }

        return (delivered, lagged, null);
    }

    private static async Task<object?> NextOrNullAsync(Akka.TestKit.TestProbe watcher) => watcher.HasMessages ? await watcher.ReceiveOneAsync(Deadline) : null;
}
