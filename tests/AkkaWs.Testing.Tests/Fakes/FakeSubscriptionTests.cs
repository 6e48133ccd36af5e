using System.Text;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Testing.Tests;

/// <summary>What a test publishes through a fake, and what the code under test reads.</summary>
public sealed class FakeSubscriptionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly FakeWebSocketClient _client = Create();

    [Fact]
    public async Task Updates_are_numbered_by_topic_and_say_what_the_test_said()
    {
        await using var updates = await _client.SubscribeAsync(["book", "trades"]);

        Assert.Equal(1, _client.Publish("book", "whole", UpdateKind.Snapshot, sourceSequence: 90));
        Assert.Equal(1, _client.PublishJson("trades", new Tick(7)));
        Assert.Equal(1, _client.Publish("book", "change", UpdateKind.Delta, sourceSequence: 91));
        Assert.Equal(0, _client.Publish("tickers", "of nobody"));

        var read = await ReadAsync<TopicUpdate>(updates, 3);
        (string Topic, long Sequence, long? Source, UpdateKind Kind)[] expected =
            [("book", 1, 90, UpdateKind.Snapshot), ("trades", 1, null, UpdateKind.Unknown), ("book", 2, 91, UpdateKind.Delta)];
        Assert.Equal(expected, read.Select(update => (update.Topic.Value, update.Sequence, update.SourceSequence, update.Kind)));
        Assert.Equal("""{"price":7}""", Encoding.UTF8.GetString(read[1].Payload.Span));
        Assert.All(read, update => Assert.Equal(1, update.Epoch.Value));
    }

    [Fact]
    public async Task A_full_stream_does_not_keep_the_connection_from_being_lost_and_coming_back()
    {
        await using var full = await _client.SubscribeAsync("a");
        await using var other = await _client.SubscribeAsync("b");
        for (var i = 0; i < 65_536; i++)
            _client.Publish("a", "x");

        _client.Drop();
        _client.Recover();

        Assert.Equal(ConnectionState.Ready, _client.State);
        Assert.Equal(["b"], _client.Subscriptions.Select(topic => topic.Value));
        Assert.Equal([typeof(Interrupted), typeof(Restored)], (await ReadAsync<TopicMessage>(other, 2)).Select(marker => marker.GetType()));
        await Assert.ThrowsAsync<SubscriptionLaggedException>(() => ReadAsync<TopicUpdate>(full, 65_537).WaitAsync(Deadline));
    }

    [Fact]
    public async Task Who_comes_first_to_a_topic_gets_it_numbered_from_one()
    {
        _client.Publish("a", "of nobody");
        await using (var first = await _client.SubscribeAsync("a"))
        {
            _client.Publish("a", "1");
            _client.Publish("a", "2");
            Assert.Equal([1, 2], (await ReadAsync<TopicUpdate>(first, 2)).Select(update => update.Sequence));
            _client.Publish(new TopicClosed("a", CloseReason.Requested));
        }

        _client.Publish("a", "of nobody again");
        await using var next = await _client.SubscribeAsync("a");
        _client.Publish("a", "1");

        Assert.Equal(1, Assert.Single(await ReadAsync<TopicUpdate>(next, 1)).Sequence);
    }

    [Fact]
    public async Task A_topic_that_was_closed_leaves_no_numbers_behind_for_those_who_subscribe_it_before_its_stream_is_left()
    {
        await using var closed = await _client.SubscribeAsync(["a", "b"]);
        _client.Publish("a", "1");
        _client.Publish(new TopicClosed("a", CloseReason.Requested));

        await using var next = await _client.SubscribeAsync("a");
        _client.Publish("a", "1");

        Assert.Equal(1, Assert.Single(await ReadAsync<TopicUpdate>(next, 1)).Sequence);
    }

    [Fact]
    public async Task Every_marker_comes_where_the_test_puts_it()
    {
        await using var updates = await _client.SubscribeAsync("a");
        TopicMessage[] markers = [new Gap("a", 5, 7), new Lagged("a", 3), new Stale("a", TimeSpan.FromSeconds(5)), new Unconfirmed("a", DateTimeOffset.UnixEpoch, "gone"), new Restored("a", new Epoch(1))];

        _client.Publish("a", "1");
        foreach (var marker in markers)
            Assert.Equal(1, _client.Publish(marker));
        _client.Publish(new Gap("b", 1, 3));
        _client.Publish("a", "2");

        var read = await ReadAsync<TopicMessage>(updates, markers.Length + 2);
        Assert.Equal(markers, read[1..^1]);
        Assert.Equal([1, 2], read.OfType<TopicUpdate>().Select(update => update.Sequence));
    }

    [Fact]
    public async Task A_loss_reaches_every_topic_of_every_subscription()
    {
        await using var both = await _client.SubscribeAsync(["a", "b"]);
        await using var one = await _client.SubscribeAsync("b");

        _client.Drop(new CloseReason(ErrorClass.Reset, "reset"));
        Assert.Throws<InvalidOperationException>(() => _client.Publish("a", "nothing comes by a connection that is down"));
        _client.Recover();

        var read = await ReadAsync<TopicMessage>(both, 4);
        Assert.Equal(
            ["Interrupted a", "Interrupted b", "Restored a", "Restored b"],
            read.Select(message => $"{message.GetType().Name} {message.Topic}").Order());
        Assert.All(read.OfType<Interrupted>(), marker => Assert.Equal((1, "reset"), (marker.Epoch.Value, marker.Reason.Description)));
        Assert.All(read.OfType<Restored>(), marker => Assert.Equal(2, marker.Epoch.Value));
        Assert.Equal(2, (await ReadAsync<TopicMessage>(one, 2)).Count);
    }

    [Fact]
    public async Task A_refused_topic_fails_its_subscription_with_the_server_s_words()
    {
        _client.Refuse("b", "no such symbol");

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => _client.SubscribeAsync(["a", "b"]));

        Assert.Equal(new TopicFailure("b", "no such symbol"), Assert.Single(error.Failures));
        Assert.Empty(_client.Subscriptions);
        _client.Accept("b");
        await using var updates = await _client.SubscribeAsync("b");
        Assert.Equal<Topic>(["b"], _client.Subscriptions);
    }

    [Fact]
    public async Task A_subscription_that_begins_while_the_connection_is_down_waits_for_it()
    {
        _client.Drop();
        var subscribing = _client.SubscribeAsync("a");
        var refused = _client.SubscribeAsync("b");
        Assert.False(subscribing.IsCompleted || refused.IsCompleted);
        Assert.Equal<Topic>(["a", "b"], _client.Subscriptions);
        _client.Refuse("b");

        _client.Recover();
        Assert.Equal(1, _client.Publish("a", "1"));

        await using var updates = await subscribing.WaitAsync(Deadline);
        Assert.Equal(2, (await ReadAsync<TopicUpdate>(updates, 1))[0].Epoch.Value);
        await Assert.ThrowsAsync<SubscriptionFailedException>(() => refused.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_subscription_that_is_given_up_while_it_waits_leaves_nothing()
    {
        _client.Drop();
        using var impatience = new CancellationTokenSource();
        var subscribing = _client.SubscribeAsync("a", impatience.Token);

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscribing.WaitAsync(Deadline));
        Assert.Empty(_client.Subscriptions);
        var closed = _client.SubscribeAsync("b");
        await _client.CloseAsync();
        await Assert.ThrowsAsync<ConnectionClosedException>(() => closed.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_test_can_wait_for_who_comes_and_who_goes()
    {
        var subscribed = _client.WaitForSubscriptionAsync("a");
        Assert.False(subscribed.IsCompleted);

        var updates = await _client.SubscribeAsync("a");
        await subscribed;
        var left = _client.WaitForNoSubscriptionAsync("a");
        Assert.False(left.IsCompleted);
        await updates.UnsubscribeAsync();
        await left;

        Assert.Equal(0, _client.Publish("a", "1"));
        Assert.Empty(await ReadAsync<TopicMessage>(updates, 1));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => _client.WaitForSubscriptionAsync("a", TimeSpan.FromMilliseconds(30)));
        Assert.Contains("venue: Ready, epoch 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_as_its_topics_do()
    {
        await using var graceful = await _client.SubscribeAsync(["a", "b"]);
        await using var slow = await _client.SubscribeAsync("c");
        await using var broken = await _client.SubscribeAsync("d");

        _client.Publish("a", "1");
        _client.Publish(new TopicClosed("a", CloseReason.Requested));
        _client.Publish("b", "2");
        _client.Publish(new TopicClosed("b", CloseReason.Requested));
        _client.Publish(new TopicClosed("c", new CloseReason(ErrorClass.Lagged, "10 updates behind")));
        _client.Fail(new CloseReason(ErrorClass.Tls, "the certificate is refused"));

        Assert.Equal(2, (await ReadAsync<TopicMessage>(graceful, 3)).Count);
        await Assert.ThrowsAsync<SubscriptionLaggedException>(() => ReadAsync<TopicMessage>(slow, 1));
        var closed = await Assert.ThrowsAsync<ConnectionClosedException>(() => ReadAsync<TopicMessage>(broken, 2));
        Assert.Equal(ErrorClass.Tls, closed.Reason.Class);
        Assert.Equal(ConnectionState.Closed, _client.State);
        Assert.Empty(_client.Subscriptions);
    }

    [Fact]
    public async Task Values_and_callbacks_are_read_as_with_the_real_client()
    {
        await using var ticks = await _client.SubscribeAsync<Tick>("a");
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var calls = await _client.SubscribeAsync(
            ["a"],
            (_, _) => throw new FormatException("on purpose"),
            onError: (error, _) =>
            {
                failed.TrySetResult(error);
                return false;
            });

        _client.Publish("a", "no JSON");
        _client.PublishJson("a", new Tick(7));

        await foreach (var tick in ticks)
        {
            Assert.Equal(7, tick.Price);
            break;
        }

        Assert.Equal((1, "venue: a as Tick"), (ticks.BadPayloads, ticks.ToString()));
        Assert.IsType<FormatException>(await failed.Task.WaitAsync(Deadline));
        await calls.Completion.WaitAsync(Deadline);
        Assert.Equal(1, calls.Errors);
    }

    [Fact]
    public async Task A_recorder_gets_the_updates_of_every_topic()
    {
        await using var everything = await _client.SubscribeToEverythingAsync();

        _client.Publish("a", "1");
        _client.Publish("b", "2");

        var read = await ReadAsync<TopicUpdate>(everything, 2);
        Assert.Equal([(1L, "1"), (2L, "2")], read.Select(update => (update.Sequence, Encoding.UTF8.GetString(update.Payload.Span))));
        Assert.All(read, update => Assert.True(update.Topic.IsEverything));
        Assert.Equal([(MessageKind.Update, "a"), (MessageKind.Update, "b")], read.Select(update => (update.MessageKind, update.MessageTopic?.Value)));
        Assert.Equal((MessageKind.Update, "b"), ((read[1] with { Kind = UpdateKind.Delta }).MessageKind, (read[1] with { Kind = UpdateKind.Delta }).MessageTopic?.Value));
    }

    [Fact]
    public async Task A_stream_that_nobody_reads_is_told_to_the_test_and_not_grown_for_ever()
    {
        await using var updates = await _client.SubscribeAsync("a");

        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (var i = 0; i <= 65_536; i++)
                _client.Publish("a", "1");
        });

        Assert.Contains("nobody reads", error.Message, StringComparison.Ordinal);
    }

    private static FakeWebSocketClient Create() => new("venue");

    private static async Task<List<T>> ReadAsync<T>(ITopicSubscription updates, int count)
        where T : TopicMessage
    {
        List<T> read = [];
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var message in updates.ReadAllAsync(deadline.Token))
        {
            read.Add(Assert.IsAssignableFrom<T>(message));
            if (read.Count == count)
                break;
        }

        return read;
    }

    private sealed record Tick(int Price);
}
