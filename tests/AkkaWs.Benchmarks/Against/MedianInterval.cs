using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Against;

/// <summary>The median of a sample, and the interval that holds the true median with a confidence of at least 95 %.</summary>
/// <remarks>
/// The interval runs from one order statistic to its mirror image. How many values of a sample lie below the true median is binomial with p = ½ whatever
/// their distribution: nothing is assumed about the noise but that the values are independent, one outlier moves nothing, and there is no seed.
/// </remarks>
internal readonly record struct MedianInterval(double Median, double Low, double High)
{
    /// <summary>Fewer values have no such interval: with five, all lie on one side of the true median in 6 % of all cases.</summary>
    public const int FewestValues = 6;

    private const double Tail = 0.025;

    public double HalfWidth => (High - Low) / 2;

    /// <exception cref="ArgumentException">There are fewer than <see cref="FewestValues"/> values.</exception>
    public static MedianInterval Of(IReadOnlyCollection<double> values)
    {
        if (values.Count < FewestValues)
            throw new ArgumentException($"{values.Count} values are too few: an interval of 95 % needs {FewestValues}.", nameof(values));
        var sorted = values.Order().ToArray();
        var rank = Rank(sorted.Length);
        return new MedianInterval(Statistics.Median(sorted), sorted[rank - 1], sorted[^rank]);
    }

    // The largest rank (from 1) that the true median falls short of with a probability of at most the tail's: P(fewer than rank values below it).
    private static int Rank(int count)
    {
        var rank = 0;
        var exactly = Math.Pow(0.5, count);
        for (var atMost = exactly; atMost <= Tail; atMost += exactly)
        {
            rank++;
            exactly *= (count - rank + 1.0) / rank;
        }

        return rank;
    }
}
