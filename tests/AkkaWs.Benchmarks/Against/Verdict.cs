namespace AkkaWs.Benchmarks.Against;

/// <summary>Whether this build is as fast as the other one, within 3 %.</summary>
internal enum Verdict
{
    Within,
    Missed,

    /// <summary>The pairs scatter too much to say. Counts as missed.</summary>
    Undecided,
}

internal static class Verdicts
{
    private const double LeastMedian = 0.97;
    private const double LeastLow = 0.94;
    private const double WidestHalf = 0.03;

    public static bool IsNarrow(MedianInterval interval) => interval.HalfWidth <= WidestHalf;

    /// <summary>The verdict of one row. An interval that lies above or below the least median as a whole needs no precision: it shows what is asked for, or a loss.</summary>
    public static Verdict Of(MedianInterval interval) => interval switch
    {
        { Low: >= LeastMedian } => Verdict.Within,
        { High: < LeastMedian } => Verdict.Missed,
        _ when !IsNarrow(interval) => Verdict.Undecided,
        { Median: >= LeastMedian, Low: >= LeastLow } => Verdict.Within,
        _ => Verdict.Missed,
    };

    /// <summary>The verdict of a row and of the one that decides where the first cannot; null: not measured.</summary>
    public static Verdict Of(MedianInterval? interval, MedianInterval? cpu) => interval is not { } own
        ? Verdict.Undecided
        : Of(own) is not Verdict.Undecided and var verdict ? verdict : cpu is { } other ? Of(other) : Verdict.Undecided;
}
