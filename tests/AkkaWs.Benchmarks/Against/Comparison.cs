using System.Diagnostics;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Against;

/// <summary>Measures rows of a command by one build.</summary>
internal delegate Task<IReadOnlyDictionary<string, RowResult>> Measure(string command, IEnumerable<string> rows);

/// <summary>Runs rows of this build and of another one in turn, in pairs, until their ratios are known well enough.</summary>
internal sealed class Comparison(Measure own, Measure other)
{
    public static async Task<IReadOnlyList<ComparedResult>> RunAsync(AgainstCommand command)
    {
        await Load.WaitAsync(Console.Out);
        return await new Comparison(By(Build.Own), By(command.Other)).RunAsync(command.Rows);

        Measure By(Build build) => (name, rows) => build.RunAsync(name, rows, command.Rounds, command.Duration);
    }

    public async Task<IReadOnlyList<ComparedResult>> RunAsync(IReadOnlyList<ComparedRow> rows)
    {
        var series = await PairAsync(rows);
        var wide = rows.Where(row => series[row].Interval is { } interval && Verdicts.Of(interval) == Verdict.Undecided);
        var cpu = await PairAsync([.. wide.Select(row => row.Cpu).OfType<ComparedRow>().Where(row => !series.ContainsKey(row)).Distinct()]);
        return [.. rows.Select(row => ComparedResult.Of(row, series[row], row.Cpu is { } decides ? series.GetValueOrDefault(decides) ?? cpu.GetValueOrDefault(decides) : null))];
    }

    private async Task<Dictionary<ComparedRow, Series>> PairAsync(IReadOnlyList<ComparedRow> rows)
    {
        var series = rows.ToDictionary(row => row, _ => new Series());
        foreach (var group in rows.GroupBy(row => row.Command))
            await PairAsync(group.Key, group.ToDictionary(row => row.Row, row => series[row]));
        return series;
    }

    // A b, b a, a b …: what drifts within a pair meets both builds alike. A row that is known well enough is not measured any longer.
    private async Task PairAsync(string command, Dictionary<string, Series> rows)
    {
        var started = Stopwatch.GetTimestamp();
        for (var pair = 1; rows.Count > 0; pair++)
        {
            Console.Error.WriteLine($"{command}, pair {pair}: {string.Join(' ', rows.Keys)}");
            try
            {
                await PairAsync(command, rows, ownFirst: pair % 2 == 1);
            }
            catch (Exception e) // A process that failed costs the rows that fail alone, too, and no other.
            {
                Console.Error.WriteLine(e.Message);
                await EndAsync(command, rows, e);
                return;
            }

            rows = rows.Where(row => row.Value.NeedsMore(Stopwatch.GetElapsedTime(started))).ToDictionary();
        }
    }

    private async Task PairAsync(string command, Dictionary<string, Series> rows, bool ownFirst)
    {
        var first = await (ownFirst ? own : other)(command, rows.Keys);
        var second = await (ownFirst ? other : own)(command, rows.Keys);
        var (mine, theirs) = ownFirst ? (first, second) : (second, first);
        foreach (var (row, series) in rows)
            series.Add(mine.GetValueOrDefault(row), theirs.GetValueOrDefault(row));
    }

    private async Task EndAsync(string command, Dictionary<string, Series> rows, Exception reason)
    {
        if (rows.Count == 1)
        {
            rows.Values.Single().Fail(reason.Message.Split('\n')[0].TrimEnd());
            return;
        }

        foreach (var (row, series) in rows)
            await PairAsync(command, new Dictionary<string, Series> { [row] = series });
    }
}
