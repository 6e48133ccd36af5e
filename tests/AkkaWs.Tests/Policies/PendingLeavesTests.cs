using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class PendingLeavesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PendingLeaves _leaves = new();

    [Fact]
    public void A_topic_that_was_left_is_in_doubt_until_it_is_confirmed_anew()
    {
        _leaves.Add(["a", "b"], most: 10);

        _leaves.Confirm("a");

        Assert.Equal((false, true, false), (_leaves.Contains("a"), _leaves.Contains("b"), _leaves.Contains("c")));
    }

    [Fact]
    public void A_doubt_with_an_end_is_over_then_and_told_once_however_often_the_topic_is_joined_meanwhile()
    {
        _leaves.Add(["a"], most: 10);
        _leaves.EndAt("a", 2 * Second);
        _leaves.EndAt("a", 3 * Second);
        _leaves.EndAt("never left", Second);

        Assert.Equal(2 * Second, _leaves.NextEnd);
        Assert.Empty(_leaves.TakeEnded(2 * Second - TimeSpan.FromTicks(1)));
        Assert.Equal(["a"], _leaves.TakeEnded(2 * Second));
        Assert.Equal((false, null), (_leaves.Contains("a"), _leaves.NextEnd));
    }

    [Fact]
    public void A_topic_that_is_left_again_is_in_doubt_anew()
    {
        _leaves.Add(["a"], most: 10);
        _leaves.EndAt("a", Second);

        _leaves.Add(["a"], most: 10);

        Assert.Empty(_leaves.TakeEnded(Second));
        Assert.True(_leaves.Contains("a"));
    }

    [Fact]
    public void What_has_an_end_comes_to_it_though_another_connection_takes_over_but_not_after_a_loss()
    {
        _leaves.Add(["a", "b"], most: 10);
        _leaves.EndAt("a", Second);

        _leaves.PassOn();

        Assert.Equal((false, false), (_leaves.Contains("a"), _leaves.Contains("b")));
        Assert.Equal(Second, _leaves.NextEnd);
        _leaves.Clear();
        Assert.Null(_leaves.NextEnd);
    }

    [Fact]
    public void No_more_topics_are_remembered_than_may_be()
    {
        _leaves.Add(["a", "b"], most: 2);

        _leaves.Add(["c"], most: 2);

        Assert.Equal((false, false, true), (_leaves.Contains("a"), _leaves.Contains("b"), _leaves.Contains("c")));
    }
}
