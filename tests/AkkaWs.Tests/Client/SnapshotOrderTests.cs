using AkkaWs.Client;

namespace AkkaWs.Tests.Client;

public sealed class SnapshotOrderTests
{
    private readonly SnapshotOrder<string> _order = new(capacity: 3);

    [Fact]
    public void Changes_wait_for_the_snapshot_and_those_it_contains_are_dropped()
    {
        Assert.Empty(_order.Delta(4, "4"));
        Assert.Empty(_order.Delta(5, "5"));
        Assert.Empty(_order.Delta(6, "6"));

        Assert.Equal(["snapshot 5", "6"], _order.Snapshot(5, "snapshot 5"));

        Assert.Equal((true, 0, 2L), (_order.IsSynchronised, _order.Held, _order.Superseded));
        Assert.Equal(["7"], _order.Delta(7, "7"));
        Assert.Empty(_order.Delta(7, "7 again"));
    }

    [Fact]
    public void A_snapshot_that_misses_a_change_which_was_given_away_is_not_taken()
    {
        for (var number = 1; number <= 5; number++)
            Assert.Empty(_order.Delta(number, $"{number}"));
        Assert.Equal(3, _order.Held);

        Assert.Empty(_order.Snapshot(1, "too old"));
        Assert.False(_order.IsSynchronised);

        Assert.Equal(["snapshot 2", "3", "4", "5"], _order.Snapshot(2, "snapshot 2"));
    }

    [Fact]
    public void After_a_restart_changes_wait_again()
    {
        Assert.Equal(["s"], _order.Snapshot(1, "s"));
        _order.Restart();

        Assert.Empty(_order.Delta(9, "9"));

        Assert.Equal(["s8", "9"], _order.Snapshot(8, "s8"));
    }
}
