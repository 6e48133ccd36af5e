using Quickstart;

namespace AkkaWs.Samples.Tests.Quickstart;

public sealed class OrderCheckTests
{
    [Fact]
    public void Deltas_that_go_on_by_one_from_their_snapshot_are_in_order()
    {
        var check = Checked((7, false), (8, true), (9, true));

        Assert.True(check.InOrder);
        Assert.True(check.VenueNumbers);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(8)]
    [InlineData(7)]
    public void A_delta_that_is_missing_or_repeated_or_late_breaks_the_order(long number) => Assert.False(Checked((7, false), (8, true), (number, true)).InOrder);

    [Fact]
    public void A_count_of_other_things_too_may_skip_but_never_go_back()
    {
        Assert.True(Checked((7, false), (90, false)).InOrder);
        Assert.False(Checked((7, false), (6, false)).InOrder);
    }

    [Fact]
    public void A_hole_in_our_own_numbers_breaks_the_order()
    {
        var check = new OrderCheck();
        check.Check(1, null);
        check.Check(3, null);

        Assert.False(check.InOrder);
        Assert.False(check.VenueNumbers);
    }

    [Fact]
    public void A_snapshot_after_a_lost_connection_says_how_many_updates_it_cost()
    {
        var check = Checked((7, false), (8, true));
        check.Interrupt();
        check.Check(3, (12, false));

        Assert.True(check.InOrder);
        Assert.Equal((1, 4L), (check.Interruptions, check.MissedWhileDown));
    }

    [Fact]
    public void A_delta_after_a_lost_connection_without_a_snapshot_breaks_the_order()
    {
        var check = Checked((7, false), (8, true));
        check.Interrupt();
        check.Check(3, (12, true));

        Assert.False(check.InOrder);
    }

    private static OrderCheck Checked(params ReadOnlySpan<(long Number, bool IsNext)> venues)
    {
        var check = new OrderCheck();
        for (var i = 0; i < venues.Length; i++)
            check.Check(i + 1, venues[i]);
        return check;
    }
}
