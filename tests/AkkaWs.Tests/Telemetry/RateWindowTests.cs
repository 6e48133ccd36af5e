using System.Diagnostics;
using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Telemetry;

public sealed class RateWindowTests
{
    private static readonly long Second = Stopwatch.Frequency;

    [Fact]
    public void The_rate_is_that_of_the_last_ten_seconds()
    {
        var rate = new RateWindow(openedAt: 0);
        for (var second = 0; second < 100; second++)
            rate.Add(second * Second, second < 80 ? 1_000 : 50);

        Assert.Equal(50, rate.PerSecond(100 * Second - 1), 0.01);
    }

    [Fact]
    public void Of_a_young_connection_only_its_own_time_counts()
    {
        var rate = new RateWindow(openedAt: 1_000 * Second);
        rate.Add(1_000 * Second, 30);
        rate.Add(1_001 * Second, 30);

        Assert.Equal(20, rate.PerSecond(1_003 * Second), 0.01);
    }

    [Fact]
    public void Silence_brings_it_to_zero()
    {
        var rate = new RateWindow(openedAt: 0);
        rate.Add(0, 1_000);

        Assert.Equal(0, rate.PerSecond(10 * Second));
        Assert.Equal(0, rate.PerSecond(16 * Second));
    }
}
