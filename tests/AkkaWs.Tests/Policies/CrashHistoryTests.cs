using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class CrashHistoryTests
{
    [Fact]
    public void Ten_crashes_within_a_minute_look_passing_and_each_further_one_does_not()
    {
        var crashes = Crash(default, Enumerable.Repeat(TimeSpan.FromSeconds(1), CrashHistory.Borne));
        Assert.Equal(0, crashes.SlowAttempt);

        crashes = crashes.Crashed(TimeSpan.FromSeconds(2));
        Assert.Equal(1, crashes.SlowAttempt);
        Assert.Equal(2, crashes.Crashed(TimeSpan.FromHours(1)).SlowAttempt);
    }

    [Fact]
    public void Crashes_that_are_far_apart_never_look_permanent() =>
        Assert.Equal(0, Crash(default, Enumerable.Range(0, 1_000).Select(i => i * CrashHistory.Window / CrashHistory.Borne)).SlowAttempt);

    private static CrashHistory Crash(CrashHistory history, IEnumerable<TimeSpan> at) => at.Aggregate(history, (past, now) => past.Crashed(now));
}
