using System.Text.Json.Serialization;

namespace AkkaWs.Benchmarks.Against;

/// <summary>What became of one row: its own ratios and, where another row decided, that one's.</summary>
internal sealed record ComparedResult(
    string Name,
    int Pairs,
    MedianInterval? Ratio,
    MedianInterval? Cpu,
    [property: JsonConverter(typeof(JsonStringEnumConverter<Verdict>))] Verdict Verdict,
    string? Failure)
{
    public static ComparedResult Of(ComparedRow row, Series own, Series? cpu)
    {
        var decides = own.Interval is { } wide && Verdicts.Of(wide) == Verdict.Undecided ? cpu : null;
        return new(row.ToString(), own.Ratios.Count, own.SoFar, decides?.Interval, Verdicts.Of(own.Interval, decides?.Interval), own.Failure ?? decides?.Failure);
    }
}
