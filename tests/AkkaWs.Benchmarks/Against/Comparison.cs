using System.Diagnostics;

namespace AkkaWs.Benchmarks.Against;

/// <summary>Runs rows of this build and of another one in turn, in pairs, until their ratios are known well enough.</summary>
internal static class Comparison
{
    public static async Task<IReadOnlyList<ComparedResult>> RunAsync(AgainstCommand command)
    {
        await Load.WaitAsync(Console.Out);
        var series = await PairAsync(command, command.Rows);
        var wide = command.Rows.Where(row => Verdicts.Of(series[row].Interval, null) == Verdict.Undecided);
        var cpu = await PairAsync(command, [.. wide.Select(row => row.Cpu).OfType<ComparedRow>().Where(row => !series.ContainsKey(row)).Distinct()]);
        return [.. command.Rows.Select(row => ComparedResult.Of(row, series[row], row.Cpu is { } other ? series.GetValueOrDefault(other) ?? cpu.GetValueOrDefault(other) : null))];
    }

    private static async Task<Dictionary<ComparedRow, Series>> PairAsync(AgainstCommand command, IReadOnlyList<ComparedRow> rows)
    {
        var series = rows.ToDictionary(row => row, _ => new Series());
        foreach (var group in rows.GroupBy(row => row.Command))
            await PairAsync(command, group.Key, group.ToDictionary(row => row.Row, row => series[row]));
        return series;
    }

    // A b, b a, a b …: what drifts within a pair meets both builds alike. A row that is known well enough is not measured any longer.
    private static async Task PairAsync(AgainstCommand command, string name, Dictionary<string, Series> rows)
    {
        var started = Stopwatch.GetTimestamp();
        for (var pair = 1; rows.Count > 0; pair++)
        {
            Console.Error.WriteLine($"{name}, pair {pair}: {string.Join(' ', rows.Keys)}");
            var ownFirst = pair % 2 == 1;
            var first = await RunAsync(ownFirst ? Build.Own : command.Other);
            var second = await RunAsync(ownFirst ? command.Other : Build.Own);
            var (own, other) = ownFirst ? (first, second) : (second, first);
            foreach (var (row, series) in rows)
                series.Add(own[row], other[row]);
            rows = rows.Where(row => row.Value.NeedsMore(Stopwatch.GetElapsedTime(started))).ToDictionary();
        }

        Task<IReadOnlyDictionary<string, Measuring.RowResult>> RunAsync(Build build) => build.RunAsync(name, rows.Keys, command.Rounds, command.Duration);
    }
}
