using System.Runtime.InteropServices;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Tests.Client;

public sealed class OverflowBufferTests
{
    private readonly Backlogs _backlogs = new();

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    [InlineData(OverflowPolicy.Conflate)]
    public void One_that_is_closed_keeps_nothing_of_what_waited(OverflowPolicy policy)
    {
        var buffer = Buffer(policy, messages: 4);
        var updates = Offer(buffer);
        Assert.InRange(_backlogs.Bytes, 300, 400);

        buffer.Close();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.DoesNotContain(updates, update => update.IsAlive);
        Assert.Equal((0L, 0L, 0L), (buffer.Measure().Updates, buffer.Measure().Bytes, _backlogs.Bytes));
        Assert.False(buffer.TryTake(out _));
    }

    [Fact]
    public void Many_subscriptions_share_the_received_buffers_that_what_waits_may_keep_alive()
    {
        for (var i = 0; i < 512; i++)
            _backlogs.Add(Buffer(OverflowPolicy.DropOldest, messages: 1), ["a"]);
        var buffer = Buffer(OverflowPolicy.DropOldest, messages: 100);
        var slab = new byte[65_536];
        buffer.Accept([.. Enumerable.Range(1, 10).Select(i => new TopicUpdate("a", slab.AsMemory(i, 1), new Epoch(1), i, null, 0))], BatchCredit.None);

        var kept = 0;
        while (buffer.TryTake(out var item))
        {
            Assert.True(MemoryMarshal.TryGetArray(((TopicUpdate)item.Messages[0]).Payload, out var segment));
            kept += ReferenceEquals(segment.Array, slab) ? 1 : 0;
        }

        Assert.Equal(2, kept);
    }

    private OverflowBuffer Buffer(OverflowPolicy policy, int messages) =>
        new(policy, new BufferLimits(messages, 1 << 20), payload => payload, new SubscriberCounters(), _backlogs);

    private static List<WeakReference> Offer(OverflowBuffer buffer)
    {
        TopicUpdate[] updates = [.. Enumerable.Range(1, 6).Select(i => new TopicUpdate("a", Payload(i), new Epoch(1), i, null, 0))];
        buffer.Accept(updates, BatchCredit.None);
        buffer.Accept(new Restored("a", new Epoch(2)));
        return [.. updates.Select(update => new WeakReference(update))];
    }

    private static byte[] Payload(int number)
    {
        var payload = new byte[100];
        payload[0] = (byte)number;
        return payload;
    }
}
