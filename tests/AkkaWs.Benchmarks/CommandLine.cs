using System.Globalization;
using System.Text;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks;

/// <summary>What the words of a command line choose of the tables.</summary>
internal static class CommandLine
{
    /// <summary>The named rows of a command with the baselines that their ratios need, in the table's order; all rows when none is named.</summary>
    /// <exception cref="UsageException">The command or a row does not exist.</exception>
    public static IReadOnlyList<Row> Select(IReadOnlyList<string> words, IReadOnlyList<Table> tables)
    {
        if (words.Count == 0)
            throw new UsageException("No command is given.");
        var table = Find(words[0], tables);
        return table.Select(words.Skip(1).Select(name => Find(name, table).Name).ToHashSet());
    }

    public static Table Find(string command, IReadOnlyList<Table> tables) =>
        tables.FirstOrDefault(table => table.Name == command) ?? throw new UsageException($"There is no command '{command}'.");

    public static Row Find(string row, Table table) =>
        table.Rows.FirstOrDefault(r => r.Name == row) ?? throw new UsageException($"Command '{table.Name}' has no row '{row}'.");

    public static string Usage(IReadOnlyList<Table> tables)
    {
        var text = new StringBuilder()
            .AppendLine("usage: COMMAND [ROW…] [--json FILE] [--rounds N] [--seconds S]")
            .AppendLine("       chart FILE SVG")
            .AppendLine("       against FOLDER [COMMAND | COMMAND:ROW]… [--json FILE] [--rounds N] [--seconds S]")
            .AppendLine(CultureInfo.InvariantCulture, $"  N: rounds of each contender, at least {Arguments.FewestRounds} (default {Arguments.FewestRounds})")
            .AppendLine("  S: measured seconds of each round, 0.05 to 600 (default 1; against: 0.25)")
            .AppendLine("  FOLDER: another published build of this program")
            .AppendLine("commands and their rows (all of them when none is named):");
        foreach (var table in tables)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {table.Name}: {string.Join(' ', table.Rows.Select(r => r.Name))}");
        return text.ToString();
    }
}
