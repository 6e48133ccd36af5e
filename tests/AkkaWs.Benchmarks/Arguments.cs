using System.Globalization;

namespace AkkaWs.Benchmarks;

/// <summary>A command line taken apart: its words in order, and the options that all commands share.</summary>
/// <param name="Words">The command and what follows it.</param>
/// <param name="JsonFile">Where the results are written, too; null: nowhere.</param>
/// <param name="Rounds">Counted rounds of each contender.</param>
/// <param name="Duration">Measured time of each round; null: the command's default.</param>
internal sealed record Arguments(IReadOnlyList<string> Words, string? JsonFile, int Rounds, TimeSpan? Duration)
{
    public const int FewestRounds = 5;

    /// <exception cref="UsageException">An option is unknown, or its value is missing or out of range.</exception>
    public static Arguments Parse(IReadOnlyList<string> args)
    {
        var words = new List<string>();
        string? json = null;
        var rounds = FewestRounds;
        TimeSpan? duration = null;
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                words.Add(args[i]);
                continue;
            }

            var (option, value) = (args[i], i + 1 < args.Count ? args[++i] : null);
            switch (option)
            {
                case "--json" when value is not null:
                    json = value;
                    break;
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out rounds) && rounds >= FewestRounds:
                    break;
                case "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.05 and <= 600:
                    duration = TimeSpan.FromSeconds(seconds);
                    break;
                default:
                    throw new UsageException($"Option '{option}' is unknown, or its value '{value}' is missing or out of range.");
            }
        }

        return new Arguments(words, json, rounds, duration);
    }
}
