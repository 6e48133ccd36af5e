using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Tests.Client;

public sealed class GroupBufferTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly CreditGate _gate = new(1);
    private readonly SubscriberCounters _counters = new();
    private readonly Backlogs _backlogs = new();
    private long _sequence;

    [Fact]
    public void A_group_costs_no_credit_while_it_waits()
    {
        var buffer = Buffer(messages: 10);

        Offer(buffer, "a", 1, 1);

        Assert.Equal(1, _gate.Free);
        Assert.True(buffer.TryTake(out var item));
        Assert.Null(item.Credit);
        Assert.Equal(2, item.Messages.Length);
    }

    [Fact]
    public void A_group_that_is_taken_in_time_costs_no_allocation()
    {
        var (buffer, credit) = (Buffer(messages: 10), new BatchCredit(_gate));
        TopicUpdate[] updates = [new TopicUpdate("a", "x"u8.ToArray(), new Epoch(1), 1, null, 0)];
        Pass(times: 10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass(times: 10_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Pass(int times)
        {
            for (var i = 0; i < times; i++)
            {
                buffer.Accept(updates, credit);
                buffer.TryTake(out _);
            }
        }
    }

    [Fact]
    public void The_update_that_finds_no_room_ends_it_and_what_is_dropped_is_told_by_topic()
    {
        var (buffer, failures) = (Buffer(messages: 4), 0);
        buffer.Failed = () => failures++;
        Offer(buffer, "a", 1, 1);
        Offer(buffer, "b", 1);
        Assert.Null(buffer.Lag);

        Offer(buffer, "a", 1, 1, 1);
        Offer(buffer, "a", 1);
        buffer.Accept(new Restored("a", new Epoch(2)));

        Assert.Equal(["a Lagged 4", "b Lagged 1", "a TopicClosed Lagged"], Drain(buffer));
        Assert.Equal((1, 5L, 1L), (failures, _counters.Dropped, _counters.Lagged));
        Assert.Equal(("a", 4L, 4L), (buffer.Lag!.Topic.Value, buffer.Lag.Unread.Updates, buffer.Lag.Unread.Bytes));
    }

    [Fact]
    public void Bytes_are_bounded_and_one_update_alone_may_be_larger()
    {
        var buffer = Buffer(messages: 10, bytes: 100);
        Offer(buffer, "a", 200);
        Assert.Null(buffer.Lag);
        Assert.True(buffer.TryTake(out _));

        Offer(buffer, "a", 60);
        Offer(buffer, "a", 40);
        Assert.Null(buffer.Lag);
        Offer(buffer, "a", 1);

        Assert.Equal((2L, 100L), (buffer.Lag!.Unread.Updates, buffer.Lag.Unread.Bytes));
        Assert.Equal(["a Lagged 3", "a TopicClosed Lagged"], Drain(buffer));
    }

    [Fact]
    public void A_marker_finds_room_beside_an_update_that_alone_is_larger_than_the_buffer()
    {
        var buffer = Buffer(messages: 10, bytes: 100);
        Offer(buffer, "a", 200);

        buffer.Accept(new Interrupted("a", new Epoch(1), CloseReason.Requested));

        Assert.Equal(["a TopicUpdate", "a Interrupted"], Drain(buffer));
    }

    [Fact]
    public void What_was_taken_makes_room()
    {
        var buffer = Buffer(messages: 2, bytes: 2);
        for (var i = 0; i < 100; i++)
        {
            Offer(buffer, "a", 1, 1);
            Assert.True(buffer.TryTake(out _));
            buffer.Accept(new Restored("a", new Epoch(2)));
            Assert.True(buffer.TryTake(out _));
        }

        Assert.Null(buffer.Lag);
    }

    [Fact]
    public void What_waits_is_counted_until_it_is_taken_dropped_or_closed()
    {
        var buffer = Buffer(messages: 3);
        Offer(buffer, "a", 2, 3);
        Assert.Equal((2L, 5L, 5L), (buffer.Measure().Updates, buffer.Measure().Bytes, _backlogs.Bytes));
        Assert.True(buffer.TryTake(out _));
        Assert.Equal(0, _backlogs.Bytes);

        Offer(buffer, "a", 1, 1, 1, 1);
        var closed = Buffer(messages: 3);
        Offer(closed, "a", 1);
        closed.Close();

        Assert.Equal(0, _backlogs.Bytes);
    }

    [Fact]
    public void One_that_has_to_give_way_says_so_and_ends_once()
    {
        var (buffer, failures) = (Buffer(messages: 10), 0);
        buffer.Failed = () => failures++;
        buffer.GiveWay(7);
        Offer(buffer, "a", 4, 4);

        buffer.GiveWay(7);
        buffer.GiveWay(7);

        Assert.Equal(["a Lagged 2", "a TopicClosed Lagged"], Drain(buffer));
        Assert.Contains("held more than 7 B together", buffer.Lag!.Reason.Description, StringComparison.Ordinal);
        Assert.Equal((1, 0L), (failures, _backlogs.Bytes));
    }

    [Fact]
    public void Markers_keep_their_place_and_count_and_the_end_always_finds_room()
    {
        var buffer = Buffer(messages: 3);
        Offer(buffer, "a", 1);
        buffer.Accept(new Interrupted("a", new Epoch(1), CloseReason.Requested));
        buffer.Accept(new Restored("a", new Epoch(2)));
        buffer.Accept(new TopicClosed("a", CloseReason.Requested));
        Assert.Equal(["a TopicUpdate", "a Interrupted", "a Restored", "a TopicClosed None"], Drain(buffer));

        for (var epoch = 1; epoch <= 4; epoch++)
            buffer.Accept(new Restored("a", new Epoch(epoch)));

        Assert.Equal(["a TopicClosed Lagged"], Drain(buffer));
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_the_next_group_by_a_full_buffer_and_by_the_end()
    {
        var buffer = Buffer(messages: 1);
        var waiting = buffer.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        Offer(buffer, "a", 1);
        Assert.True(await waiting.WaitAsync(Deadline));
        Assert.True(buffer.TryTake(out _));

        waiting = buffer.WaitAsync().AsTask();
        Offer(buffer, "a", 1, 1);
        Assert.True(await waiting.WaitAsync(Deadline));
        Assert.Equal(["a Lagged 2", "a TopicClosed Lagged"], Drain(buffer));

        waiting = buffer.WaitAsync().AsTask();
        buffer.Close();
        Assert.False(await waiting.WaitAsync(Deadline));
        Offer(buffer, "a", 1);
        Assert.False(buffer.TryTake(out _));
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(40_000, 100)]
    public void What_waits_long_keeps_received_buffers_alive_only_where_it_is_most_of_them(int size, int slices)
    {
        var buffer = Buffer(messages: 1_000);
        var slab = new byte[65_536];
        slab.AsSpan().Fill(7);
        for (var i = 0; i < 100; i++)
            Offer(buffer, [new TopicUpdate("a", slab.AsMemory(i, size), new Epoch(1), ++_sequence, null, 0)]);

        var (expected, kept) = (0L, 0);
        while (buffer.TryTake(out var item))
        {
            foreach (var update in item.Messages.Cast<TopicUpdate>())
            {
                Assert.Equal(++expected, update.Sequence);
                Assert.Equal(size, update.Payload.Span.Count((byte)7));
                Assert.True(MemoryMarshal.TryGetArray(update.Payload, out var segment));
                kept += ReferenceEquals(segment.Array, slab) ? 1 : 0;
            }
        }

        Assert.Equal((100, slices), (expected, kept));
    }

    [Fact]
    public void Many_subscriptions_share_the_received_buffers_that_what_waits_may_keep_alive()
    {
        for (var i = 0; i < 512; i++)
            _backlogs.Add(Buffer(messages: 1), ["a"]);
        var buffer = Buffer(messages: 1_000);
        var slab = new byte[65_536];
        for (var i = 0; i < 10; i++)
            Offer(buffer, [new TopicUpdate("a", slab.AsMemory(i, 1), new Epoch(1), ++_sequence, null, 0)]);

        var kept = 0;
        while (buffer.TryTake(out var item))
        {
            Assert.True(MemoryMarshal.TryGetArray(((TopicUpdate)item.Messages[0]).Payload, out var segment));
            kept += ReferenceEquals(segment.Array, slab) ? 1 : 0;
        }

        Assert.Equal(2, kept);
    }

    [Fact]
    public void What_waits_long_is_read_as_it_came_whatever_its_sizes()
    {
        var (buffer, random, offered) = (Buffer(messages: 100_000, bytes: long.MaxValue), new Random(20_261_130), new List<TopicMessage>());
        var origins = new[] { new UpdateOrigin(new Epoch(1)), new UpdateOrigin(new Epoch(2)) { Kind = UpdateKind.Delta } };
        for (var group = 0; group < 2_000; group++)
        {
            if (random.Next(50) == 0)
            {
                offered.Add(new Restored("a", new Epoch(group)));
                buffer.Accept(offered[^1]);
                continue;
            }

            TopicUpdate[] updates = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Next())];
            offered.AddRange(updates);
            Offer(buffer, updates);
        }

        var read = new List<TopicMessage>();
        while (buffer.TryTake(out var item))
            read.AddRange(item.Messages);

        Assert.Equal(offered.Select(Described), read.Select(Described));
        Assert.Equal((0L, 0L), (buffer.Measure().Updates, _backlogs.Bytes));

        TopicUpdate Next()
        {
            var payload = new byte[random.Next(200) == 0 ? random.Next(100_000) : random.Next(300)];
            random.NextBytes(payload);
            Topic topic = random.Next(2) == 0 ? "a" : "b";
            return new TopicUpdate(topic, payload, origins[random.Next(2)], ++_sequence, random.Next(3) == 0 ? null : random.Next(), random.Next());
        }

        static string Described(TopicMessage message) => message is TopicUpdate update
            ? $"{update} {update.SourceSequence} {update.ReceivedAt} {update.Kind} {Convert.ToHexString(SHA256.HashData(update.Payload.Span))}"
            : message.ToString()!;
    }

    [Fact]
    public void What_waits_long_costs_little_more_than_its_bytes()
    {
        const int Waiting = 10_000, Size = 250;
        var (buffer, credit) = (Buffer(messages: Waiting), new BatchCredit(_gate));
        TopicUpdate[] updates = [new TopicUpdate("a", new byte[Size], new Epoch(1), 1, null, 0)];

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Waiting; i++)
            buffer.Accept(updates, credit);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Waiting, Size, Size + 100);
        Assert.Equal(Waiting, buffer.Measure().Updates);
    }

    private GroupBuffer Buffer(int messages, long bytes = 1 << 24) => new(isBounded: true, new BufferLimits(messages, bytes), _counters, _backlogs);

    private void Offer(GroupBuffer buffer, Topic topic, params int[] sizes) =>
        Offer(buffer, [.. sizes.Select(size => new TopicUpdate(topic, new byte[size], new Epoch(1), ++_sequence, null, 0))]);

    private void Offer(GroupBuffer buffer, TopicUpdate[] updates)
    {
        Assert.True(_gate.TryTake());
        var credit = new BatchCredit(_gate);
        buffer.Accept(updates, credit);
        credit.Release();
    }

    private static List<string> Drain(GroupBuffer buffer)
    {
        List<string> drained = [];
        while (buffer.TryTake(out var item))
        {
            drained.AddRange(item.Messages.Select(message => message switch
            {
                Lagged lagged => $"{lagged.Topic} Lagged {lagged.Count}",
                TopicClosed closed => $"{closed.Topic} TopicClosed {closed.Reason.Class}",
                _ => $"{message.Topic} {message.GetType().Name}",
            }));
        }

        return drained;
    }
}
