using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class CommandQueueTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(9);
    private static readonly Config Thorough = Checks.Default.WithMaxTest(500);

    [Fact]
    public void Neither_count_nor_bytes_ever_exceed_their_bounds_and_nothing_vanishes() =>
        Prop.ForAll(Commands().ToArbitrary(), Gen.Elements(Enum.GetValues<QueueOverflow>()).ToArbitrary(), (sizes, overflow) =>
        {
            var queue = new CommandQueue<(int Id, int Size)>(new QueueOptions { Capacity = 5, MaxBytes = 100, Overflow = overflow });
            List<int> gone = [];
            for (var id = 0; id < sizes.Count; id++)
            {
                if (!queue.TryEnqueue((id, sizes[id]), sizes[id], Late, out var dropped))
                    gone.Add(id);
                gone.AddRange(dropped.Select(d => d.Id));
                Assert.True(queue.Count <= 5);
            }

            List<(int Id, int Size)> left = [];
            while (queue.TryDequeue(out var command))
                left.Add(command);
            Assert.True(left.Sum(c => c.Size) <= 100);
            Assert.Equal(left.Order(), left);
            Assert.Equal(Enumerable.Range(0, sizes.Count), left.Select(c => c.Id).Concat(gone).Order());
        }).Check(Thorough);

    [Fact]
    public void A_full_queue_rejects_the_new_command_and_stays_as_it_was()
    {
        var queue = Queue(QueueOverflow.Reject);

        Assert.False(queue.TryEnqueue("third", 1, Late, out var dropped));

        Assert.Empty(dropped);
        Assert.Equal(["first", "second"], Drain(queue));
    }

    [Fact]
    public void A_full_queue_drops_the_oldest_where_it_is_told_to()
    {
        var queue = Queue(QueueOverflow.DropOldest);

        Assert.True(queue.TryEnqueue("third", 1, Late, out var dropped));

        Assert.Equal(["first"], dropped);
        Assert.Equal(["second", "third"], Drain(queue));
    }

    [Fact]
    public void As_many_of_the_oldest_give_way_as_the_bytes_need()
    {
        var queue = Queue(QueueOverflow.DropOldest);

        Assert.True(queue.TryEnqueue("big", 100, Late, out var dropped));

        Assert.Equal(["first", "second"], dropped);
        Assert.Equal(["big"], Drain(queue));
    }

    [Theory]
    [InlineData(QueueOverflow.Reject)]
    [InlineData(QueueOverflow.DropOldest)]
    public void A_command_above_the_whole_bound_is_rejected_and_drops_nothing(QueueOverflow overflow)
    {
        var queue = Queue(overflow);

        Assert.False(queue.TryEnqueue("giant", 101, Late, out var dropped));

        Assert.Empty(dropped);
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void What_expired_is_taken_out_wherever_it_stands_and_frees_its_room()
    {
        var queue = new CommandQueue<string>(new QueueOptions { Capacity = 3, MaxBytes = 100 });
        queue.TryEnqueue("a", 40, Late, out _);
        queue.TryEnqueue("b", 40, Soon, out _);
        queue.TryEnqueue("c", 20, Late, out _);

        Assert.Equal(Soon, queue.NextExpiry);
        Assert.Empty(queue.TakeExpired(Soon - TimeSpan.FromTicks(1)));
        Assert.Equal(["b"], queue.TakeExpired(Soon));

        Assert.Equal(Late, queue.NextExpiry);
        Assert.True(queue.TryEnqueue("d", 40, Late, out _));
        Assert.Equal(["a", "c", "d"], Drain(queue));
        Assert.Null(queue.NextExpiry);
    }

    [Fact]
    public void A_withdrawn_command_frees_its_room()
    {
        var queue = Queue(QueueOverflow.Reject);

        Assert.True(queue.TryRemove(c => c == "first"));
        Assert.False(queue.TryRemove(c => c == "first"));

        Assert.False(queue.Contains(c => c == "first"));
        Assert.True(queue.TryEnqueue("third", 1, Late, out _));
        Assert.Equal(["second", "third"], Drain(queue));
    }

    private static CommandQueue<string> Queue(QueueOverflow overflow)
    {
        var queue = new CommandQueue<string>(new QueueOptions { Capacity = 2, MaxBytes = 100, Overflow = overflow });
        Assert.True(queue.TryEnqueue("first", 10, Late, out _));
        Assert.True(queue.TryEnqueue("second", 10, Late, out _));
        return queue;
    }

    private static List<string> Drain(CommandQueue<string> queue)
    {
        List<string> left = [];
        while (queue.TryDequeue(out var command))
            left.Add(command);
        return left;
    }

    private static Gen<List<int>> Commands() => Gen.Choose(0, 120).ListOf(30).Select(l => l.ToList());
}
