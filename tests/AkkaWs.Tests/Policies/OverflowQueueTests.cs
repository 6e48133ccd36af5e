using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Policies;

public sealed class OverflowQueueTests
{
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "lost");

    [Fact]
    public void Drop_oldest_keeps_the_newest_and_tells_what_is_missing_before_them()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropOldest, 2);

        Offer(queue, "a", 1, 5);

        Assert.Equal(["a lagged 3", "a4", "a5"], Drain(queue));
        Assert.Equal(3, queue.Dropped);
    }

    [Fact]
    public void Drop_newest_keeps_the_oldest_and_tells_what_is_missing_behind_them()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropNewest, 2);

        Offer(queue, "a", 1, 5);

        Assert.Equal(["a1", "a2", "a lagged 3"], Drain(queue));
        Offer(queue, "a", 6, 6);
        Assert.Equal(["a6"], Drain(queue));
    }

    [Fact]
    public void Drop_newest_tells_what_is_missing_before_the_next_that_found_room()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropNewest, 2);
        Offer(queue, "a", 1, 4);
        Assert.True(queue.TryTake(out _));

        Offer(queue, "a", 5, 5);

        Assert.Equal(["a2", "a lagged 2", "a5"], Drain(queue));
    }

    [Fact]
    public void Conflation_delivers_the_latest_of_each_topic_at_the_place_of_the_first()
    {
        var queue = new OverflowQueue(OverflowPolicy.Conflate, 16);
        Offer(queue, "a", 1, 1);
        Offer(queue, "b", 1, 1);
        Offer(queue, "a", 2, 4);

        Assert.Equal(["a lagged 3", "a4", "b1"], Drain(queue));
        Assert.Equal(3, queue.Dropped);
    }

    [Fact]
    public void Conflation_goes_by_the_handlers_key()
    {
        var queue = new OverflowQueue(OverflowPolicy.Conflate, 16, payload => payload[..1]);
        queue.Offer(Update("a", 1, "x1"));
        queue.Offer(Update("a", 2, "y1"));
        queue.Offer(Update("a", 3, "x2"));
        Assert.Equal(["a lagged 1", "a3", "a2"], Drain(queue));

        queue.Offer(Update("a", 4, "x3"));

        Assert.Equal(["a4"], Drain(queue));
    }

    [Fact]
    public void Conflation_never_moves_an_update_across_a_marker()
    {
        var queue = new OverflowQueue(OverflowPolicy.Conflate, 16);
        Offer(queue, "a", 1, 1);
        queue.Offer(new Interrupted("a", new Epoch(1), Lost));
        queue.Offer(new Restored("a", new Epoch(2)));
        Offer(queue, "a", 2, 3);

        Assert.Equal(["a1", "a Interrupted", "a Restored", "a lagged 1", "a3"], Drain(queue));
    }

    [Fact]
    public void More_keys_than_room_give_the_oldest_away()
    {
        var queue = new OverflowQueue(OverflowPolicy.Conflate, 2, payload => payload);
        for (var i = 1; i <= 4; i++)
            queue.Offer(Update("a", i, $"key {i}"));

        Assert.Equal(["a lagged 2", "a3", "a4"], Drain(queue));
    }

    [Fact]
    public void Bytes_are_bounded_as_the_count_is()
    {
        var dropping = new OverflowQueue(OverflowPolicy.DropOldest, 100, maxBytes: 10);
        foreach (var payload in new[] { "1234", "5678", "90123", "more than ten bytes" })
            dropping.Offer(Update("a", 1, payload));
        Assert.Equal((1, 19L), (dropping.Count, dropping.Bytes));

        var keeping = new OverflowQueue(OverflowPolicy.DropNewest, 100, maxBytes: 10);
        Offer(keeping, "a", 1, 20);
        Assert.Equal((10, 10L, 10L), (keeping.Updates, keeping.Bytes, keeping.Dropped));

        var failing = new OverflowQueue(OverflowPolicy.Fail, 100, maxBytes: 10);
        Assert.True(failing.Offer(Update("a", 1, "123456")));
        Assert.False(failing.Offer(Update("a", 2, "78901")));
        Assert.True(failing.TryTake(out _));
        Assert.True(failing.Offer(Update("a", 2, "78901")));
    }

    [Fact]
    public void A_marker_finds_room_beside_an_update_that_alone_is_larger_than_the_queue()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropOldest, 100, maxBytes: 10);
        queue.Offer(Update("a", 1, "more than ten bytes"));

        queue.Offer(new Interrupted("a", new Epoch(1), Lost));

        Assert.Equal(["a1", "a Interrupted"], Drain(queue));
    }

    [Fact]
    public void An_update_that_takes_the_place_of_a_smaller_one_gives_the_oldest_away()
    {
        var queue = new OverflowQueue(OverflowPolicy.Conflate, 100, payload => payload[..1], maxBytes: 10);
        queue.Offer(Update("a", 1, "x1234"));
        queue.Offer(Update("a", 2, "y"));

        queue.Offer(Update("a", 3, "y12345"));

        Assert.Equal((1, 6L), (queue.Count, queue.Bytes));
        Assert.Equal(["a lagged 1", "a lagged 1", "a3"], Drain(queue));
        Assert.Equal((0, 0L), (queue.Updates, queue.Bytes));
    }

    [Fact]
    public void To_fail_drops_everything_and_tells_it_per_topic_before_the_end()
    {
        var queue = new OverflowQueue(OverflowPolicy.Fail, 2);
        Offer(queue, "a", 1, 1);
        Offer(queue, "b", 1, 1);
        var last = Update("a", 2, "");

        Assert.False(queue.Offer(last));
        queue.Abandon(last, new TopicClosed("a", Lost));

        Assert.Equal(["a lagged 2", "b lagged 1", "a TopicClosed"], Drain(queue));
    }

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    [InlineData(OverflowPolicy.Conflate)]
    public void Reconnects_while_the_reader_stands_still_leave_a_bounded_trace(OverflowPolicy policy)
    {
        var queue = new OverflowQueue(policy, 8);
        for (var epoch = 1; epoch <= 1_000; epoch++)
        {
            Offer(queue, "a", epoch, epoch);
            queue.Offer(new Interrupted("a", new Epoch(epoch), Lost));
            queue.Offer(new Restored("a", new Epoch(epoch + 1)));
            Assert.InRange(queue.Count, 1, 8);
        }

        var told = Drain(queue);
        Assert.InRange(told.Count, 1, 16);
        Assert.Contains("a Interrupted", told);
        Assert.Equal("a Restored", told[^1]);
    }

    [Fact]
    public void That_a_topic_is_not_confirmed_is_told_where_its_marker_finds_no_room()
    {
        var oldest = new OverflowQueue(OverflowPolicy.DropOldest, 1);
        var newest = new OverflowQueue(OverflowPolicy.DropNewest, 1);
        foreach (var queue in (OverflowQueue[])[oldest, newest])
        {
            Offer(queue, "a", 1, 1);
            queue.Offer(new Unconfirmed("a", DateTimeOffset.UnixEpoch, "not answered"));
            queue.Offer(new Restored("a", new Epoch(1)));
            Offer(queue, "a", 2, 2);
        }

        Assert.Equal(["a lagged 1", "a Unconfirmed", "a Restored", "a2"], Drain(oldest));
        Assert.Equal(["a1", "a lagged 1", "a Unconfirmed", "a Restored"], Drain(newest));
        oldest.Offer(new Restored("a", new Epoch(1)));
        oldest.Offer(new Unconfirmed("a", DateTimeOffset.UnixEpoch, "not answered"));
        Offer(oldest, "a", 3, 3);
        Assert.Equal(["a Unconfirmed", "a3"], Drain(oldest));
    }

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    [InlineData(OverflowPolicy.Conflate)]
    public void A_marker_of_a_topic_that_is_silent_is_told_though_the_others_never_leave_the_queue_empty(OverflowPolicy policy)
    {
        TopicMessage[] markers =
        [
            new Stale("a", TimeSpan.FromSeconds(60)), new Interrupted("a", new Epoch(1), Lost), new Unconfirmed("a", DateTimeOffset.UnixEpoch, "not answered"),
        ];
        foreach (var marker in markers)
        {
            var queue = new OverflowQueue(policy, 4, payload => payload);
            for (var i = 1; i <= 4; i++)
                queue.Offer(Update("b", i, $"{i}"));
            queue.Offer(marker);

            List<TopicMessage> told = [];
            for (var i = 5; i < 40; i++)
            {
                queue.Offer(Update("b", i, $"{i}"));
                if (i % 3 == 0 && queue.TryTake(out var message))
                    told.Add(message);
            }

            Assert.Contains(marker, told);
        }
    }

    [Fact]
    public void That_a_topic_is_stale_is_not_told_where_an_update_that_was_dropped_has_ended_it()
    {
        var oldest = new OverflowQueue(OverflowPolicy.DropOldest, 1);
        var newest = new OverflowQueue(OverflowPolicy.DropNewest, 1);
        foreach (var queue in (OverflowQueue[])[oldest, newest])
        {
            Offer(queue, "b", 1, 1);
            queue.Offer(new Stale("a", TimeSpan.FromSeconds(60)));
            Offer(queue, "a", 1, 1);
            Offer(queue, "b", 2, 2);
        }

        Assert.Equal(["b lagged 1", "b2", "a lagged 1"], Drain(oldest));
        Assert.Equal(["b1", "a lagged 1", "b lagged 1"], Drain(newest));
    }

    [Fact]
    public void What_the_markers_of_a_topic_find_no_room_for_is_told_in_one_place_and_bounded()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropNewest, 2);
        Offer(queue, "b", 1, 2);
        for (var epoch = 1; epoch <= 100; epoch++)
        {
            queue.Offer(new Interrupted("a", new Epoch(epoch), Lost));
            Offer(queue, "a", epoch, epoch);
            queue.Offer(new Restored("a", new Epoch(epoch + 1)));
        }

        Assert.Equal(2, queue.Count);
        Assert.True(queue.TryTake(out _));
        Offer(queue, "a", 101, 101);

        Assert.Equal(["b2", "a lagged 100", "a Interrupted", "a Restored", "a101"], Drain(queue));
        Assert.Equal(100, queue.Dropped);
        Assert.False(queue.HasNext);
    }

    [Fact]
    public void What_was_skipped_in_a_place_of_its_own_counts_where_all_is_abandoned()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropNewest, 1);
        Offer(queue, "b", 1, 1);
        queue.Offer(new Interrupted("a", new Epoch(1), Lost));
        Offer(queue, "a", 1, 3);

        queue.Abandon(null, new TopicClosed("b", Lost));

        Assert.Equal(["b lagged 1", "a lagged 3", "b TopicClosed"], Drain(queue));
        Assert.False(queue.HasNext);
    }

    [Fact]
    public void What_waits_long_does_not_keep_the_received_buffers_alive()
    {
        var queue = new OverflowQueue(OverflowPolicy.DropOldest, 100);
        var slab = new byte[65_536];
        for (var i = 0; i < 100; i++)
            queue.Offer(new TopicUpdate("a", slab.AsMemory(i, 1), new Epoch(1), i + 1, null, 0));

        var slices = 0;
        while (queue.TryTake(out var message))
        {
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(((TopicUpdate)message).Payload, out var segment));
            slices += ReferenceEquals(segment.Array, slab) ? 1 : 0;
        }

        Assert.Equal(16, slices);
    }

    /// <summary>Random offers and takes: nothing is lost in silence, nothing comes twice, each topic in order.</summary>
    [Theory]
    [InlineData(OverflowPolicy.DropOldest, 1)]
    [InlineData(OverflowPolicy.DropOldest, 7)]
    [InlineData(OverflowPolicy.DropNewest, 1)]
    [InlineData(OverflowPolicy.DropNewest, 7)]
    [InlineData(OverflowPolicy.Conflate, 1)]
    [InlineData(OverflowPolicy.Conflate, 7)]
    public void Dropped_and_delivered_are_what_was_sent(OverflowPolicy policy, int capacity)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var queue = new OverflowQueue(policy, capacity);
            Topic[] topics = ["a", "b", "c"];
            var sent = new long[3];
            var reader = new Reader(topics);
            for (var step = 0; step < 500; step++)
            {
                var t = random.Next(3);
                if (random.Next(10) == 0)
                    queue.Offer(Marker(random.Next(4), topics[t]));
                else if (random.Next(2) == 0)
                    Assert.True(queue.Offer(Update(topics[t], ++sent[t], "x")));
                else if (queue.TryTake(out var message))
                    reader.Read(message);
            }

            while (queue.TryTake(out var message))
                reader.Read(message);
            Assert.False(queue.HasNext);
            Assert.Equal(sent.Sum(), reader.Delivered.Sum() + reader.Lagged.Sum());
            Assert.Equal(queue.Dropped, reader.Lagged.Sum());
            Assert.Equal(sent, reader.Delivered.Zip(reader.Lagged, (d, l) => d + l));
        }
    }

    private static TopicMessage Marker(int kind, Topic topic) => kind switch
    {
        0 => new Interrupted(topic, new Epoch(1), Lost),
        1 => new Restored(topic, new Epoch(2)),
        2 => new Unconfirmed(topic, DateTimeOffset.UnixEpoch, "not answered"),
        _ => new Stale(topic, TimeSpan.FromSeconds(60)),
    };

    private static TopicUpdate Update(Topic topic, long sequence, string payload) =>
        new(topic, System.Text.Encoding.UTF8.GetBytes(payload), new Epoch(1), sequence, null, 0);

    private static void Offer(OverflowQueue queue, Topic topic, int first, int last)
    {
        for (var i = first; i <= last; i++)
            queue.Offer(Update(topic, i, "x"));
    }

    private static List<string> Drain(OverflowQueue queue)
    {
        List<string> drained = [];
        while (queue.TryTake(out var message))
        {
            drained.Add(message switch
            {
                TopicUpdate update => $"{update.Topic}{update.Sequence}",
                Lagged lagged => $"{lagged.Topic} lagged {lagged.Count}",
                _ => $"{message.Topic} {message.GetType().Name}",
            });
        }

        return drained;
    }

    private sealed class Reader(Topic[] topics)
    {
        private readonly long[] _last = new long[topics.Length];

        public long[] Delivered { get; } = new long[topics.Length];

        public long[] Lagged { get; } = new long[topics.Length];

        public void Read(TopicMessage message)
        {
            var t = Array.IndexOf(topics, message.Topic);
            if (message is Lagged lagged)
            {
                Lagged[t] += lagged.Count;
            }
            else if (message is TopicUpdate update)
            {
                Assert.True(update.Sequence > _last[t], "out of order");
                _last[t] = update.Sequence;
                Delivered[t]++;
                // The hole before an update is told before it: at once, or with what went before.
                Assert.True(Delivered[t] + Lagged[t] >= update.Sequence, $"{update} came before its hole was told");
            }
        }
    }
}
