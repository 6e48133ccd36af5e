using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class RetryRoundsTests
{
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(30);
    private readonly RetryRounds _rounds = new();

    [Theory]
    [InlineData(29, 2)]
    [InlineData(30, 1)]
    public void Rounds_begin_anew_where_nothing_was_left_to_try_for_long_enough(int seconds, int round)
    {
        Assert.Equal(1, _rounds.Next(TimeSpan.Zero, Stable));
        _rounds.Settle(TimeSpan.FromSeconds(100));
        _rounds.Settle(TimeSpan.FromSeconds(110)); // as before

        Assert.Equal(round, _rounds.Next(TimeSpan.FromSeconds(100 + seconds), Stable));
    }

    [Fact]
    public void Rounds_go_on_however_far_apart_they_are()
    {
        _rounds.Settle(TimeSpan.Zero);
        Assert.Equal([1, 2, 3], Enumerable.Range(1, 3).Select(hour => _rounds.Next(TimeSpan.FromHours(hour), Stable)));

        _rounds.BeginAnew();
        Assert.Equal(1, _rounds.Next(TimeSpan.FromHours(4), Stable));
    }

    [Fact]
    public void What_is_not_answered_is_asked_for_after_30_s_and_after_5_min_at_most() =>
        Assert.Equal([30, 60, 120, 240, 300, 300], Enumerable.Range(1, 6).Select(round => UnansweredRetry.Delay(round).TotalSeconds));
}
