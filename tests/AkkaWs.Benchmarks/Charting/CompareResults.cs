using System.Text.Json;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Charting;

/// <summary>What <c>compare --json</c> has written, as multiples of <c>bare</c>.</summary>
/// <param name="Bars">The rows that can be compared with <c>bare</c>, in the table's order; <c>bare</c> itself is 1.</param>
/// <param name="Rounds">How many rounds were counted.</param>
internal sealed record CompareResults(IReadOnlyList<Bar> Bars, int Rounds)
{
    private const string Baseline = "bare";

    private static readonly IReadOnlyDictionary<string, string> Labels = new Dictionary<string, string>
    {
        [Baseline] = "ClientWebSocket loop, nothing routed",
        ["wire"] = "AkkaWs.Wire, nothing routed",
        ["actors"] = "AkkaWs, an actor per topic",
        ["actors-10k-topics"] = "AkkaWs, an actor per topic, 10,000 topics",
        ["actors-batched"] = "AkkaWs, an actor per topic, batched",
        ["async-stream"] = "AkkaWs, await foreach per topic",
    };

    /// <summary>
    /// Reads the JSON. Each ratio is the median over the rounds of <em>own figure ÷ the baseline's figure of the same round</em>, also for rows
    /// whose own table compares them with another row. Rows of another unit, and rows that were skipped, are left out.
    /// </summary>
    /// <exception cref="FormatException">The JSON has no measured row <c>bare</c>.</exception>
    /// <exception cref="JsonException">It is not JSON of the program's.</exception>
    public static CompareResults Read(ReadOnlySpan<byte> json)
    {
        var rows = JsonSerializer.Deserialize<File>(json, JsonSerializerOptions.Web)?.Rows ?? [];
        if (rows.FirstOrDefault(row => row.Name == Baseline) is not { Rounds.Count: > 0 } baseline)
            throw new FormatException($"There is no measured row '{Baseline}': it must be the JSON of the command 'compare'.");
        var bars = rows
            .Where(row => row.Unit == baseline.Unit && row.Rounds.Count == baseline.Rounds.Count)
            .Select(row => new Bar(Labels.GetValueOrDefault(row.Name, row.Name), Statistics.Median(row.Rounds.Zip(baseline.Rounds, (own, bare) => own / bare))));
        return new CompareResults([.. bars], baseline.Rounds.Count);
    }

    private sealed record File(IReadOnlyList<RowResult> Rows);
}
