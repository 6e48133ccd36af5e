using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Against;

/// <summary>What to compare with which other build.</summary>
internal sealed record AgainstCommand(Build Other, IReadOnlyList<ComparedRow> Rows, int Rounds, TimeSpan Duration)
{
    public const string Name = "against";

    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(0.25);

    // What a change of the product can lose, one row for each way of using it.
    private static readonly string[] DefaultRows =
    [
        "compare:actors", "compare:actors-10k-topics", "compare:actors-batched", "latency:actors-p50",
        "requests:round-trip-p50", "recovery:drop-to-ready-100-topics", "memory:idle-ready-10-topics",
    ];

    /// <exception cref="UsageException">The folder holds no build, or a command or row does not exist.</exception>
    public static AgainstCommand Parse(Arguments arguments, IReadOnlyList<Table> tables)
    {
        if (arguments.Words.Count < 2)
            throw new UsageException($"'{Name}' needs the folder of another published build.");
        var rows = Select([.. arguments.Words.Skip(2)], tables);
        return new AgainstCommand(Build.In(arguments.Words[1]), rows, arguments.Rounds, arguments.Duration ?? DefaultDuration);
    }

    /// <summary>The rows that the words name: <c>COMMAND:ROW</c> for one, <c>COMMAND</c> for all of a command; the default ones when there is no word.</summary>
    /// <exception cref="UsageException">A command or row does not exist.</exception>
    public static IReadOnlyList<ComparedRow> Select(IReadOnlyList<string> words, IReadOnlyList<Table> tables) =>
        [.. (words.Count > 0 ? words : DefaultRows).SelectMany(word => RowsOf(word, tables)).Distinct()];

    private static IEnumerable<ComparedRow> RowsOf(string word, IReadOnlyList<Table> tables)
    {
        var parts = word.Split(':', 2);
        var table = CommandLine.Find(parts[0], tables);
        var rows = parts.Length == 1 ? table.Rows : [CommandLine.Find(parts[1], table)];
        return rows.Select(row => new ComparedRow(table.Name, row.Name, ProcessorTimeOf(row, tables)));
    }

    // The row of the same name in the table of processor times; a row that shows the same figure there decides nothing.
    private static ComparedRow? ProcessorTimeOf(Row row, IReadOnlyList<Table> tables)
    {
        var table = CommandLine.Find("cpu", tables);
        return table.Rows.Any(other => other.Name == row.Name && other.Unit != row.Unit) ? new ComparedRow(table.Name, row.Name, null) : null;
    }
}
