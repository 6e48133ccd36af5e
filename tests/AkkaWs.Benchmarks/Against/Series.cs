using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Against;

/// <summary>The pairs of one row: what this build and the other one measured in turn.</summary>
internal sealed class Series
{
    private const int FewestPairs = 15;
    private const int MostPairs = 60;

    private static readonly TimeSpan LongestTime = TimeSpan.FromMinutes(20);

    private readonly List<double> _ratios = [];

    /// <summary>This build over the other, turned so that more is better: one for each pair.</summary>
    public IReadOnlyList<double> Ratios => _ratios;

    /// <summary>Why the series ended before its time; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>What the verdict goes by. Null before there are pairs enough for one, and where the series failed.</summary>
    public MedianInterval? Interval => Failure is null ? SoFar : null;

    /// <summary>What the pairs say, also those before a failure. Null where they are too few.</summary>
    public MedianInterval? SoFar => _ratios.Count >= MedianInterval.FewestValues ? MedianInterval.Of(_ratios) : null;

    /// <summary>Adds a pair. A figure that is missing or not above 0 has no ratio, and ends the series.</summary>
    public void Add(RowResult? own, RowResult? other)
    {
        if (own is null || other is null)
            Fail($"{(own is null ? "this" : "the other")} build has no figure");
        else if (own.Skipped is not null || other.Skipped is not null)
            Fail($"skipped: {own.Skipped ?? other.Skipped}");
        else if (own.Median is > 0.0 and var mine && other.Median is > 0.0 and var theirs)
            _ratios.Add(Ratio(mine * Units.Scale(own.Unit), theirs * Units.Scale(other.Unit), Units.MoreIsBetter(own.Unit)));
        else
            Fail($"figures of {own.Median} and {other.Median} {own.Unit} have no ratio");
    }

    /// <summary>Ends the series; what was measured stays.</summary>
    public void Fail(string reason) => Failure = reason;

    /// <summary>Whether one more pair is wanted. Only the interval's width ends a series early, never where it lies: that would favour one outcome.</summary>
    public bool NeedsMore(TimeSpan elapsed) => Failure is null
        && (_ratios.Count < FewestPairs || (_ratios.Count < MostPairs && elapsed < LongestTime && !Verdicts.IsNarrow(MedianInterval.Of(_ratios))));

    private static double Ratio(double own, double other, bool moreIsBetter) => moreIsBetter ? own / other : other / own;
}
