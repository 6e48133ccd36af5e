using AkkaWs.Benchmarks.Against;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Tests.Against;

public sealed class SeriesTests
{
    [Theory]
    [InlineData("M/s", 3, "M/s", 2, 1.5)]
    [InlineData("M/s", 3, "k/s", 2_000, 1.5)]
    [InlineData("ns", 2, "ns", 3, 1.5)]
    [InlineData("µs", 2, "µs", 3, 1.5)]
    [InlineData("ms", 2, "ms", 3, 1.5)]
    [InlineData("B", 2, "B", 3, 1.5)]
    [InlineData("%", 2, "%", 3, 1.5)]
    public void A_ratio_above_one_means_that_this_build_is_better(string unit, double own, string otherUnit, double other, double ratio)
    {
        var series = new Series();

        series.Add(Measured(own, unit), Measured(other, otherUnit));

        Assert.Equal(ratio, Assert.Single(series.Ratios), 9);
    }

    [Fact]
    public void Fifteen_pairs_are_wanted_however_well_they_agree_and_however_long_they_take()
    {
        var series = new Series();
        for (var pair = 0; pair < 15; pair++)
        {
            Assert.True(series.NeedsMore(TimeSpan.FromHours(1)));
            series.Add(Measured(1), Measured(1));
        }

        Assert.False(series.NeedsMore(TimeSpan.Zero));
        Assert.Equal(new MedianInterval(1, 1, 1), series.Interval);
    }

    [Fact]
    public void Pairs_that_scatter_go_on_to_sixty()
    {
        var series = new Series();
        for (var pair = 0; pair < 60; pair++)
        {
            Assert.True(series.NeedsMore(TimeSpan.FromMinutes(19)));
            series.Add(Measured(pair % 2 == 0 ? 1 : 3), Measured(2));
        }

        Assert.False(series.NeedsMore(TimeSpan.FromMinutes(19)));
    }

    [Fact]
    public void Pairs_that_scatter_end_after_twenty_minutes()
    {
        var series = new Series();
        for (var pair = 0; pair < 15; pair++)
            series.Add(Measured(pair % 2 == 0 ? 1 : 3), Measured(2));

        Assert.True(series.NeedsMore(TimeSpan.FromMinutes(19)));
        Assert.False(series.NeedsMore(TimeSpan.FromMinutes(20)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    public void A_figure_that_is_not_above_zero_ends_the_series_with_the_reason(double own, double other)
    {
        var series = new Series();
        for (var pair = 0; pair < 15; pair++)
            series.Add(Measured(1), Measured(1));

        series.Add(Measured(own), Measured(other));

        Assert.False(series.NeedsMore(TimeSpan.Zero));
        Assert.Null(series.Interval);
        Assert.Contains("no ratio", series.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_one_build_skips_ends_the_series_with_its_reason()
    {
        var series = new Series();

        series.Add(Measured(1), new RowResult("row", null, "M/s", null, [], "too few files"));

        Assert.False(series.NeedsMore(TimeSpan.Zero));
        Assert.Equal("skipped: too few files", series.Failure);
    }

    private static RowResult Measured(double median, string unit = "M/s") => new("row", median, unit, null, [median], null);
}
