using System.Net.WebSockets;
using System.Text;
using Akka.Event;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What a subscription has not read yet costs nobody else anything, unless it asked for backpressure.</summary>
public sealed class OwnBufferTests : VirtualTimeTest
{
    // Several times what the read credits allow, for each topic.
    private const int Count = 200;
    private static readonly Topic[] Topics = ["a", "b", "c", "d", "e", "f"];
    private static readonly byte[] Filler = Encoding.UTF8.GetBytes(new string('x', 10_000));

    [Fact]
    public async Task Subscribing_one_topic_after_the_other_before_reading_any_works()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "one-by-one"));
        List<TopicSubscription> subscriptions = [];

        foreach (var topic in Topics)
        {
            subscriptions.Add(await client.SubscribeAsync(topic, Ct).WaitAsync(Deadline));
            await SendAllAsync(server, topic).WaitAsync(Deadline);
        }

        foreach (var subscription in subscriptions)
            await ReadAllAsync(subscription);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).LaggedSubscriptions);
    }

    [Fact]
    public async Task With_backpressure_a_confirmation_is_read_when_all_that_came_before_it_is()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "one-by-one-pushing"));
        await using var first = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = OverflowPolicy.Backpressure }, Ct);
        var sending = SendAllAsync(server, "a");
        await AwaitAssertAsync(async () => Assert.True((await client.GetStatusAsync(Ct)).IsStalled), Deadline);

        var subscribing = client.SubscribeAsync("b", Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.EndsWith("|b", StringComparison.Ordinal)), Deadline);

        Assert.False(subscribing.IsCompleted);
        await ReadAllAsync(first);
        await using var second = await subscribing.WaitAsync(Deadline);
        await sending.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_request_and_a_subscription_awaited_inside_a_reader_work()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "inside-reader"));
        await using var updates = await client.SubscribeAsync("a", Ct);
        await SendAllAsync(server, "a").WaitAsync(Deadline);

        var read = 0;
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(++read, update.Sequence);
            if (read == 1)
                await AskAndSubscribeAsync(client);
            if (read == Count)
                break;
        }

        Assert.Equal(Count, read);
    }

    [Fact]
    public async Task A_request_and_a_subscription_awaited_inside_a_callback_work()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "inside-callback"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (isSent, last) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var calls = await client.SubscribeAsync(
            ["a"],
            async (message, _) =>
            {
                var sequence = ((TopicUpdate)message).Sequence;
                if (sequence == 1)
                {
                    await isSent.Task;
                    await AskAndSubscribeAsync(client);
                    asked.SetResult();
                }

                if (sequence == Count)
                    last.SetResult();
            },
            cancellationToken: Ct);

        await SendAllAsync(server, "a").WaitAsync(Deadline);
        isSent.SetResult();

        await asked.Task.WaitAsync(Deadline);
        await last.Task.WaitAsync(Deadline);
        Assert.Equal(0, calls.Errors);
    }

    [Theory]
    [InlineData(10, 1_000_000, 10)]
    [InlineData(1_000, 50_000, 4)]
    public async Task A_reader_whose_buffer_is_full_fails_alone_and_its_error_names_topic_lag_and_age(int capacity, long bytes, int unread)
    {
        await using var server = await LineServer.StartAsync();
        var bounds = new SubscriptionOptions { BatchCredits = 4, BufferCapacity = capacity, BufferBytes = bytes };
        await using var client = await ConnectAsync(server.Options("full") with { Subscriptions = bounds });
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], other, Batched: true));
        await using var slow = await client.SubscribeAsync("a", Ct);

        await SendAllAsync(server, "a").WaitAsync(Deadline);

        await other.FishForMessageAsync(m => m is TopicUpdates { Updates: [.., { Sequence: Count }] }, Deadline);
        var error = await Assert.ThrowsAsync<SubscriptionLaggedException>(() => ReadAllAsync(slow));
        Assert.Equal(("a", unread), (error.Topic?.Value, error.Lag));
        Assert.True(error.Age > TimeSpan.Zero);
        Assert.Matches($"the subscription of a was too slow: {unread} updates \\([0-9.]+ KiB\\) waited unread, the oldest for .+, when more of a came", error.Message);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((1, unread + 1, 1), (status.LaggedSubscriptions, status.DroppedUpdates, status.DesiredTopics));
        await AwaitAssertAsync(
            () => Assert.Contains(LogProbe.Of(logged, "full"), line => line is { Level: LogLevel.WarningLevel, Message.EventName: "SubscriptionEnded" }), Deadline);
    }

    [Fact]
    public async Task A_buffer_that_fills_before_all_topics_are_confirmed_fails_the_subscribing_with_topic_and_lag()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "full-before"));
        await using var other = await client.SubscribeAsync("a", Ct);
        server.ConfirmsSubscriptions = false;

        var subscribing = client.SubscribeAsync(["a", "b"], new SubscribeOptions { Capacity = 10 }, Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.EndsWith("|b", StringComparison.Ordinal)), Deadline);
        await SendAllAsync(server, "a").WaitAsync(Deadline);

        var error = await Assert.ThrowsAsync<SubscriptionLaggedException>(() => subscribing.WaitAsync(Deadline));
        Assert.Equal(("a", 10), (error.Topic?.Value, error.Lag));
        Assert.True(error.Age > TimeSpan.Zero);
        Assert.Equal(["a", "b"], error.Topics.Select(topic => topic.Value));
    }

    [Fact]
    public async Task Without_a_bound_everything_waits_and_a_warning_tells_of_it_each_time_that_it_has_doubled()
    {
        await using var server = await LineServer.StartAsync();
        var bounds = new SubscriptionOptions { BatchCredits = 4, BufferCapacity = 50, MaxBufferedBytes = 1 };
        await using var client = await ConnectAsync(server.Options("unbounded") with { Subscriptions = bounds });
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var stream = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = OverflowPolicy.Unbounded }, Ct);
        var actor = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], actor) { Options = new SubscribeOptions { Window = 1, Overflow = OverflowPolicy.Unbounded } });

        await SendAllAsync(server, "a").WaitAsync(Deadline);
        await SendAllAsync(server, "b").WaitAsync(Deadline);

        await AwaitAssertAsync(() => Assert.Equal([("a", 2), ("b", 2)], WarningsByTopic()), Deadline);
        await ReadAllAsync(stream);
        for (var expected = 1; expected <= Count; expected++)
        {
            Assert.Equal(expected, (await actor.ExpectMsgAsync<TopicUpdate>(Deadline)).Sequence);
            actor.Reply(Ack.One);
        }

        IEnumerable<(string, int)> WarningsByTopic() => LogProbe.Of(logged, "unbounded")
            .Where(line => line.Message.EventName == "BacklogRose")
            .GroupBy(line => $"{line.Message.Fields.Single(field => field.Key == "Topic").Value}")
            .Select(topic => (topic.Key, topic.Count()));
    }

    [Fact]
    public async Task Beyond_what_all_may_hold_together_the_subscription_furthest_behind_ends_alone()
    {
        await using var server = await LineServer.StartAsync();
        var bounds = new SubscriptionOptions { BatchCredits = 4, MaxBufferedBytes = 3_000_000 };
        await using var client = await ConnectAsync(server.Options("together") with { Subscriptions = bounds });
        await using var behind = await client.SubscribeAsync("a", Ct);
        await using var recent = await client.SubscribeAsync("b", Ct);
        await using var dropping = await client.SubscribeAsync("b", new SubscribeOptions { Overflow = OverflowPolicy.DropOldest, Capacity = 1 }, Ct);

        await SendAllAsync(server, "a").WaitAsync(Deadline);
        await SendAllAsync(server, "b").WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LaggedSubscriptions), Deadline);

        await ReadAllAsync(recent);
        var error = await Assert.ThrowsAsync<SubscriptionLaggedException>(() => ReadAllAsync(behind));
        Assert.Equal(("a", Count), (error.Topic?.Value, error.Lag));
        Assert.Contains("the longest of all when the buffers of the connection held more than 2.9 MiB together", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).LaggedSubscriptions);
    }

    [Fact]
    public async Task Status_and_metrics_tell_how_far_each_subscription_is_behind()
    {
        using var meter = new MeterProbe("behind");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "behind"));
        await using var updates = await client.SubscribeAsync("a", Ct);
        var actor = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], actor) { Options = new SubscribeOptions { Window = 1 } });

        await SendAllAsync(server, "a").WaitAsync(Deadline);
        await server.Connection.SendTextAsync("U|b|under way", Ct);
        await server.Connection.SendTextAsync("U|b|waits", Ct);

        await AwaitAssertAsync(async () => Assert.Equal(Count + 1, (await client.GetStatusAsync(Ct)).UnreadUpdates), Deadline);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal(["a", "b"], status.Backlogs.Select(backlog => Assert.Single(backlog.Topics).Value));
        Assert.Equal([Count, 1], status.Backlogs.Select(backlog => backlog.Updates));
        Assert.Equal("U|b|waits".Length, status.Backlogs[1].Bytes);
        Assert.InRange(status.Backlogs[0].Bytes, Count * Filler.Length, status.UnreadBytes);
        Assert.InRange(status.Backlogs[1].Age, TimeSpan.FromTicks(1), status.Backlogs[0].Age);
        Assert.Equal((Count + 1, status.UnreadBytes), (meter.Now("akkaws.updates.unread"), meter.Now("akkaws.updates.unread.size")));
        Assert.True(meter.Now("akkaws.updates.unread.age") >= status.OldestUnread.TotalSeconds);

        await ReadAllAsync(updates);
        Assert.Equal("U|b|under way", Text(await actor.ExpectMsgAsync<TopicUpdate>(Deadline)));
        actor.Reply(Ack.One);
        Assert.Equal("U|b|waits", Text(await actor.ExpectMsgAsync<TopicUpdate>(Deadline)));

        status = await client.GetStatusAsync(Ct);
        Assert.Equal((0, 0, TimeSpan.Zero), (status.UnreadUpdates, status.UnreadBytes, status.OldestUnread));
        Assert.Empty(status.Backlogs);
        Assert.Equal(0, meter.Now("akkaws.updates.unread.age"));
    }

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Subscriptions = new SubscriptionOptions { BatchCredits = 4 } };

    private async Task SendAllAsync(LineServer server, Topic topic)
    {
        for (var i = 1; i <= Count; i++)
            await server.Connection.SendAsync((byte[])[.. Encoding.UTF8.GetBytes($"U|{topic}|{i}|"), .. Filler], WebSocketMessageType.Text, Ct);
    }

    private async Task AskAndSubscribeAsync(WebSocketClient client)
    {
        var answer = await client.RequestRawAsync(Request("inside"), Ct).WaitAsync(Deadline);
        Assert.Equal("inside"u8.ToArray(), answer.Result.ToArray());
        await using var other = await client.SubscribeAsync("b", Ct).WaitAsync(Deadline);
    }

    private async Task ReadAllAsync(TopicSubscription subscription)
    {
        var read = 0;
        await foreach (var update in subscription.WithCancellation(Ct))
        {
            Assert.Equal(++read, update.Sequence);
            if (read == Count)
                return;
        }
    }
}
