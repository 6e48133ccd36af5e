using AkkaWs.Benchmarks.Against;

namespace AkkaWs.Benchmarks.Tests.Against;

public sealed class MedianIntervalTests
{
    // Ranks as in the tables of Conover, Practical Nonparametric Statistics.
    [Theory]
    [InlineData(6, 3.5, 1, 6)]
    [InlineData(15, 8, 4, 12)]
    [InlineData(30, 15.5, 10, 21)]
    [InlineData(60, 30.5, 22, 39)]
    public void The_interval_runs_between_order_statistics_whatever_the_order_of_the_values(int count, double median, double low, double high)
    {
        var values = Enumerable.Range(1, count).Select(i => (double)i).OrderByDescending(i => i % 7).ToList();

        Assert.Equal(new MedianInterval(median, low, high), MedianInterval.Of(values));
    }

    [Fact]
    public void Every_interval_holds_the_true_median_with_at_least_95_percent_and_no_narrower_one_does()
    {
        for (var count = MedianInterval.FewestValues; count <= 60; count++)
        {
            var rank = (int)MedianInterval.Of([.. Enumerable.Range(1, count).Select(i => (double)i)]).Low;

            Assert.True(Coverage(count, rank) >= 0.95, $"{count} values, rank {rank}");
            Assert.True(Coverage(count, rank + 1) < 0.95, $"{count} values, rank {rank}");
        }
    }

    [Fact]
    public void One_outlier_moves_neither_end()
    {
        double[] values = [.. Enumerable.Range(1, 15).Select(i => (double)i)];
        double[] disturbed = [.. values[..^1], 1_000_000];

        Assert.Equal(MedianInterval.Of(values), MedianInterval.Of(disturbed));
    }

    [Fact]
    public void Five_values_are_too_few() => Assert.Throws<ArgumentException>(() => MedianInterval.Of([1, 1, 1, 1, 1]));

    // With n coins, how probable at least rank and at most n − rank heads are: counted by Pascal's triangle.
    private static double Coverage(int count, int rank)
    {
        var ways = new double[count + 1];
        ways[0] = 1;
        for (var row = 1; row <= count; row++)
        {
            for (var i = row; i > 0; i--)
                ways[i] += ways[i - 1];
        }

        return ways[rank..(count - rank + 1)].Sum() / ways.Sum();
    }
}
