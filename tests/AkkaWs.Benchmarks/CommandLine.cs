using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks;

/// <summary>What to race: the chosen rows with the baselines that their ratios need, in the table's order.</summary>
internal sealed record CommandLine(IReadOnlyList<Row> Rows, string? JsonFile, int Rounds, TimeSpan Duration)
{
    private const int FewestRounds = 5;
    private const double DefaultSeconds = 1;

    public static bool TryParse(
        string[] args, IReadOnlyList<Table> tables, [NotNullWhen(true)] out CommandLine? command, [NotNullWhen(false)] out string? error)
    {
        command = null;
        error = null;
        if (args.Length == 0)
        {
            error = "No command is given.";
            return false;
        }

        if (tables.FirstOrDefault(t => t.Name == args[0]) is not { } table)
        {
            error = $"There is no command '{args[0]}'.";
            return false;
        }

        var names = new HashSet<string>();
        string? json = null;
        var rounds = FewestRounds;
        var seconds = DefaultSeconds;
        for (var i = 1; i < args.Length && error is null; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--json" when value is not null:
                    json = value;
                    i++;
                    break;
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds >= FewestRounds:
                    i++;
                    break;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out seconds) && seconds is >= 0.05 and <= 600:
                    i++;
                    break;
                case ['-', ..]:
                    error = $"Option '{args[i]}' is unknown, or its value '{value}' is missing or out of range.";
                    break;
                default:
                    if (table.Rows.All(r => r.Name != args[i]))
                        error = $"Command '{table.Name}' has no row '{args[i]}'.";
                    names.Add(args[i]);
                    break;
            }
        }

        if (error is not null)
            return false;
        command = new CommandLine(table.Select(names), json, rounds, TimeSpan.FromSeconds(seconds));
        return true;
    }

    public static string Usage(IReadOnlyList<Table> tables)
    {
        var text = new StringBuilder()
            .AppendLine("usage: COMMAND [ROW…] [--json FILE] [--rounds N] [--seconds S]")
            .AppendLine(CultureInfo.InvariantCulture, $"  N: rounds of each contender, at least {FewestRounds} (default {FewestRounds})")
            .AppendLine(CultureInfo.InvariantCulture, $"  S: measured seconds of each round, 0.05 to 600 (default {DefaultSeconds})")
            .AppendLine("commands and their rows (all of them when none is named):");
        foreach (var table in tables)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {table.Name}: {string.Join(' ', table.Rows.Select(r => r.Name))}");
        return text.ToString();
    }
}
