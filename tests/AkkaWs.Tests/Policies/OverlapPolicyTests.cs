using System.Diagnostics;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class OverlapPolicyTests
{
    [Theory]
    [InlineData(true, false, false, false, false)]
    [InlineData(true, true, false, false, true)]
    [InlineData(true, false, true, false, true)]
    [InlineData(true, false, false, true, false)]
    [InlineData(false, true, false, false, false)]
    [InlineData(false, false, true, false, true)]
    [InlineData(false, false, false, true, true)]
    public void The_new_one_delivers_once_the_old_one_has_left_its_topics_or_is_not_waited_for(bool confirms, bool hasLeft, bool isOver, bool isFull, bool may) =>
        Assert.Equal(may, OverlapPolicy.MayDeliver(new Overlap(confirms, hasLeft, 0, isOver, isFull)));

    [Theory]
    [InlineData(true, 0, false, true)]
    [InlineData(true, 1, false, false)]
    [InlineData(true, 1, true, true)]
    [InlineData(false, 0, false, false)]
    public void The_old_one_is_closed_once_its_requests_are_answered_or_its_time_is_over(bool hasLeft, int inFlight, bool isOver, bool may) =>
        Assert.Equal(may, OverlapPolicy.MayClose(new Overlap(true, hasLeft, inFlight, isOver, false)));

    [Theory]
    [InlineData(4, 5, true)]
    [InlineData(5, 5, true)]
    [InlineData(6, 5, false)]
    [InlineData(6, null, false)]
    public void The_venue_s_number_tells_a_duplicate(int update, int? last, bool isDuplicate) =>
        Assert.Equal(isDuplicate, OverlapPolicy.IsDuplicate(new UpdateMark(update, 1), new UpdateMark(last, 1_000_000_000_000), TimeSpan.FromTicks(1)));

    [Theory]
    [InlineData(-101, true)]
    [InlineData(-100, false)]
    [InlineData(50, false)]
    public void Without_a_number_what_was_read_well_before_the_old_one_s_last_update_is_a_duplicate(int millisecondsAfter, bool isDuplicate)
    {
        var last = new UpdateMark(null, 1_000 * Stopwatch.Frequency);
        var update = new UpdateMark(null, last.ReceivedAt + millisecondsAfter * Stopwatch.Frequency / 1_000);

        Assert.Equal(isDuplicate, OverlapPolicy.IsDuplicate(update, last, TimeSpan.FromMilliseconds(100)));
        Assert.False(OverlapPolicy.IsDuplicate(update, last, skew: null));
    }
}
