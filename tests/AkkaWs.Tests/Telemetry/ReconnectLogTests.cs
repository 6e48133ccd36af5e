using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Telemetry;

public sealed class ReconnectLogTests
{
    [Fact]
    public void Attempts_beyond_the_first_few_are_summarised_once_in_the_interval()
    {
        var log = new ReconnectLog(TimeSpan.FromMinutes(1));
        var summaries = new List<(TimeSpan At, int Unlogged)>();
        for (var attempt = 1; attempt <= 1_000; attempt++)
        {
            var now = TimeSpan.FromSeconds(attempt);
            if (log.Plan(attempt, now) is { } summary)
                summaries.Add((now, summary.Unlogged));
        }

        Assert.Equal(16, summaries.Count);
        Assert.All(summaries, summary => Assert.InRange(summary.Unlogged, 60, 61));
    }

    [Fact]
    public void The_first_attempts_have_no_summary()
    {
        var log = new ReconnectLog(TimeSpan.FromSeconds(1));

        Assert.All(Enumerable.Range(1, 3), attempt => Assert.Null(log.Plan(attempt, TimeSpan.FromMinutes(attempt))));
        Assert.All(Enumerable.Range(1, 3), attempt => Assert.False(ReconnectLog.IsRepetition(attempt)));
        Assert.True(ReconnectLog.IsRepetition(4));
    }

    [Fact]
    public void A_recovery_is_told_unless_it_is_one_of_many()
    {
        var log = new ReconnectLog(TimeSpan.FromMinutes(1));

        Assert.True(log.Recovers(attempt: 50, TimeSpan.FromHours(1)));
        Assert.False(log.Recovers(attempt: 51, TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1)));
        Assert.True(log.Recovers(attempt: 1, TimeSpan.FromHours(1) + TimeSpan.FromSeconds(2)));
        Assert.True(log.Recovers(attempt: 60, TimeSpan.FromHours(2)));
    }
}
