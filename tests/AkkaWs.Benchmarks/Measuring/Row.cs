namespace AkkaWs.Benchmarks.Measuring;

/// <summary>One line of a table.</summary>
/// <param name="Name">The name on the command line and in the JSON.</param>
/// <param name="Unit">The unit of its figure.</param>
/// <param name="Contender">What is measured. Rows that share a contender share its rounds.</param>
/// <param name="Baseline">The row that the ratio is to: itself for a baseline, null where nothing compares.</param>
/// <param name="Figure">Which of the contender's figures the row shows.</param>
internal sealed record Row(string Name, string Unit, IContender Contender, string? Baseline, int Figure = 0);

/// <summary>A command and its rows.</summary>
internal sealed record Table(string Name, IReadOnlyList<Row> Rows)
{
    /// <summary>The named rows and their baselines in the table's order; all rows when none is named.</summary>
    public IReadOnlyList<Row> Select(IReadOnlySet<string> names)
    {
        if (names.Count == 0)
            return Rows;
        var baselines = Rows.Where(r => names.Contains(r.Name)).Select(r => r.Baseline).ToHashSet();
        return [.. Rows.Where(r => names.Contains(r.Name) || baselines.Contains(r.Name))];
    }
}

/// <summary>A row's figures: one a round, their median, and the median of the rounds' ratios to the baseline's same round; or why there are none.</summary>
internal sealed record RowResult(string Name, double? Median, string Unit, double? Ratio, IReadOnlyList<double> Rounds, string? Skipped);
