using AkkaWs.Benchmarks.Against;

namespace AkkaWs.Benchmarks.Tests.Against;

public sealed class VerdictTests
{
    private static readonly MedianInterval Same = new(1, 0.98, 1.02);
    private static readonly MedianInterval Slower = new(0.9, 0.88, 0.92);
    private static readonly MedianInterval Wide = new(1, 0.9, 1.1);

    [Theory]
    [InlineData(1, 0.98, 1.02)]
    [InlineData(0.97, 0.94, 0.99)]
    [InlineData(1.2, 1.19, 1.21)]
    public void A_narrow_interval_with_a_median_of_97_and_a_lower_end_of_94_percent_is_within(double median, double low, double high) =>
        Assert.Equal(Verdict.Within, Verdicts.Of(new MedianInterval(median, low, high)));

    [Theory]
    [InlineData(0.969, 0.95, 0.98)]
    [InlineData(0.98, 0.939, 0.99)]
    public void A_narrow_interval_with_a_lower_median_or_a_lower_end_is_missed(double median, double low, double high) =>
        Assert.Equal(Verdict.Missed, Verdicts.Of(new MedianInterval(median, low, high)));

    [Theory]
    [InlineData(1, 0.93, 1.07)]
    [InlineData(1, 0.95, 1.05)]
    [InlineData(0.9, 0.8, 0.98)]
    public void A_wide_interval_decides_nothing(double median, double low, double high) =>
        Assert.Equal(Verdict.Undecided, Verdicts.Of(new MedianInterval(median, low, high)));

    [Fact]
    public void A_gain_needs_no_narrow_interval() => Assert.Equal(Verdict.Within, Verdicts.Of(new MedianInterval(1.5, 1.2, 1.8)));

    [Fact]
    public void A_loss_needs_no_narrow_interval_and_processor_time_does_not_excuse_it()
    {
        var lost = new MedianInterval(0.8, 0.72, 0.88);

        Assert.Equal(Verdict.Missed, Verdicts.Of(lost));
        Assert.Equal(Verdict.Missed, Verdicts.Of(lost, Same));
    }

    [Fact]
    public void Processor_time_decides_where_the_row_cannot()
    {
        Assert.Equal(Verdict.Within, Verdicts.Of(Wide, Same));
        Assert.Equal(Verdict.Missed, Verdicts.Of(Wide, Slower));
    }

    [Fact]
    public void Processor_time_decides_nothing_where_the_row_can()
    {
        Assert.Equal(Verdict.Missed, Verdicts.Of(Slower, Same));
        Assert.Equal(Verdict.Within, Verdicts.Of(Same, Slower));
    }

    [Fact]
    public void It_stays_undecided_where_both_are_wide_or_nothing_was_measured()
    {
        Assert.Equal(Verdict.Undecided, Verdicts.Of(Wide, Wide));
        Assert.Equal(Verdict.Undecided, Verdicts.Of(Wide, null));
        Assert.Equal(Verdict.Undecided, Verdicts.Of(null, null));
    }
}
