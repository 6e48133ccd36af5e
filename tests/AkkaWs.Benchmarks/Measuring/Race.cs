namespace AkkaWs.Benchmarks.Measuring;

/// <summary>Runs contenders in turn, A B A B, so that a drift of the machine meets all of them alike.</summary>
internal static class Race
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    public static async Task<IReadOnlyList<RowResult>> RunAsync(IReadOnlyList<Row> rows, int rounds, TimeSpan duration)
    {
        var contenders = rows.Select(r => r.Contender).Distinct().ToArray();
        var figures = contenders.ToDictionary(c => c, _ => new List<double[]>());
        var skipped = new Dictionary<IContender, string>();

        // The first round compiles the code and is not counted.
        for (var round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "warm-up" : $"round {round} of {rounds}");
            foreach (var contender in contenders.Where(c => !skipped.ContainsKey(c) && RunsIn(round, c)))
            {
                await SettleAsync();
                try
                {
                    var measured = await MeasureAsync(contender, duration);
                    if (round > 0)
                        figures[contender].Add(measured);
                }
                catch (SkippedException e)
                {
                    skipped[contender] = e.Message;
                }
            }
        }

        return [.. rows.Select(row => skipped.TryGetValue(row.Contender, out var reason)
            ? new RowResult(row.Name, null, row.Unit, null, [], reason)
            : Result(row, rows.SingleOrDefault(r => r.Name == row.Baseline), r => [.. figures[r.Contender].Select(f => f[r.Figure])]))];
    }

    private static bool RunsIn(int round, IContender contender) => contender.Rounds is not { } fixedRounds || (round > 0 && round <= fixedRounds);

    private static RowResult Result(Row row, Row? baseline, Func<Row, double[]> rounds)
    {
        var own = rounds(row);
        var ratio = baseline is null
            ? double.NaN
            : Statistics.Median(own.Zip(rounds(baseline), (a, b) => a * Units.Scale(row.Unit) / (b * Units.Scale(baseline.Unit))));
        return new RowResult(row.Name, Statistics.Median(own), row.Unit, double.IsFinite(ratio) ? ratio : null, own, null);
    }

    private static async Task<double[]> MeasureAsync(IContender contender, TimeSpan duration)
    {
        using var deadline = new CancellationTokenSource((duration * 4) + contender.Patience);
        try
        {
            return await contender.MeasureAsync(duration, deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"{contender.GetType().Name} did not finish a round of {duration.TotalSeconds} s.");
        }
    }

    private static async Task SettleAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        await Task.Delay(Settle);
    }
}
