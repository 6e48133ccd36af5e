namespace AkkaWs.Testing.Tests;

public sealed class PumpScheduleTests
{
    [Fact]
    public void The_rate_is_kept_over_uneven_ticks()
    {
        var schedule = new PumpSchedule(333);

        var total = Enumerable.Range(0, 100).Sum(i => schedule.Take(TimeSpan.FromMilliseconds(i % 2 == 0 ? 7 : 13), flowing: true));

        Assert.InRange(total, 332, 333);
    }

    [Fact]
    public void A_long_pause_is_not_caught_up_with()
    {
        var schedule = new PumpSchedule(1000);

        Assert.Equal(250, schedule.Take(TimeSpan.FromMinutes(1), flowing: true));
        Assert.Equal(0, schedule.Take(TimeSpan.FromMinutes(1), flowing: false));
        Assert.Equal(10, schedule.Take(TimeSpan.FromMilliseconds(10), flowing: true));
    }

    [Fact]
    public void A_slow_rate_is_never_lost_to_the_catch_up_limit()
    {
        var schedule = new PumpSchedule(0.5);

        Assert.Equal(5, Enumerable.Range(0, 1000).Sum(_ => schedule.Take(TimeSpan.FromMilliseconds(10), flowing: true)));
    }
}
