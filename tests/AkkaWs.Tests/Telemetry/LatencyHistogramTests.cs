using System.Diagnostics;
using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Telemetry;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_right_to_an_eighth()
    {
        var histogram = new LatencyHistogram();
        for (var microseconds = 1; microseconds <= 10_000; microseconds++)
            histogram.Record(Ticks(microseconds), 1);

        var figures = histogram.Snapshot(violations: 7);

        Assert.Equal(10_000, figures.Updates);
        AssertNear(5_000, figures.P50);
        AssertNear(9_500, figures.P95);
        AssertNear(9_900, figures.P99);
        AssertNear(5_000, figures.Average);
        Assert.Equal(10_000, figures.Max.TotalMicroseconds, 1.0);
        Assert.InRange(figures.UnderOneMillisecond, 0.0998, 0.1001);
        Assert.Equal(7, figures.BudgetViolations);
    }

    [Fact]
    public void A_percentile_is_never_above_the_longest()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(Ticks(100), 1);

        var figures = histogram.Snapshot(0);

        Assert.Equal(figures.Max, figures.P99);
        Assert.Equal(1, figures.UnderOneMillisecond);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(long.MaxValue / 2_000)]
    public void Any_duration_is_counted(long microseconds)
    {
        var histogram = new LatencyHistogram();

        histogram.Record(Ticks(microseconds), 3);

        Assert.Equal(3, histogram.Snapshot(0).Updates);
    }

    [Fact]
    public void Nothing_measured_is_all_zero()
    {
        var figures = new LatencyHistogram().Snapshot(0);

        Assert.Equal((0, TimeSpan.Zero, TimeSpan.Zero, 0.0), (figures.Updates, figures.Average, figures.P99, figures.UnderOneMillisecond));
    }

    private static long Ticks(long microseconds) => (long)(microseconds * (Stopwatch.Frequency / 1e6));

    private static void AssertNear(double microseconds, TimeSpan actual) => Assert.InRange(actual.TotalMicroseconds, microseconds * 0.98, microseconds * 1.13);
}
