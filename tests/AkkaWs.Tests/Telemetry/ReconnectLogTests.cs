using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Telemetry;

public sealed class ReconnectLogTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_first_summary_is_due_after_ten_seconds_and_the_next_ones_after_the_interval()
    {
        var log = new ReconnectLog(Interval);
        Assert.All(Enumerable.Range(1, 3), attempt => Assert.Null(log.Plan(attempt, TimeSpan.FromSeconds(attempt))));

        Assert.Equal(TimeSpan.FromSeconds(14), log.Plan(4, TimeSpan.FromSeconds(4)));
        Assert.Equal(TimeSpan.FromSeconds(14), log.Plan(5, TimeSpan.FromSeconds(8)));
        Assert.Equal((TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(74)), log.Summarise(TimeSpan.FromSeconds(14)));
        Assert.Equal(TimeSpan.FromSeconds(74), log.Plan(6, TimeSpan.FromSeconds(20)));
        Assert.Equal((TimeSpan.FromSeconds(60), 1, TimeSpan.FromSeconds(134)), log.Summarise(TimeSpan.FromSeconds(74)));
    }

    [Fact]
    public void An_interval_shorter_than_ten_seconds_holds_for_the_first_summary_too() =>
        Assert.Equal(TimeSpan.FromSeconds(5), new ReconnectLog(TimeSpan.FromSeconds(1)).Plan(4, TimeSpan.FromSeconds(4)));

    [Fact]
    public void A_recovery_ends_what_was_to_be_summarised()
    {
        var log = new ReconnectLog(Interval);
        log.Plan(4, TimeSpan.Zero);
        log.Recovered();

        Assert.Equal(TimeSpan.FromSeconds(15), log.Plan(5, TimeSpan.FromSeconds(5)));
        Assert.Equal(1, log.Summarise(TimeSpan.FromSeconds(15)).Unlogged);
    }

    [Fact]
    public void The_first_three_attempts_in_a_row_are_logged_one_by_one()
    {
        Assert.All(Enumerable.Range(1, 3), attempt => Assert.False(ReconnectLog.IsRepetition(attempt)));
        Assert.True(ReconnectLog.IsRepetition(4));
    }
}
