using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaWs.Tests.Chaos;

/// <summary>A loss of Ready and its return, as a reader of the log reconstructs them.</summary>
/// <param name="Connection">Whose.</param>
/// <param name="Lost">When the loss was logged.</param>
/// <param name="Cause">Why, as the log has it.</param>
/// <param name="Back">When the return was logged; null: it was not.</param>
/// <param name="Downtime">How long it says that it took.</param>
internal sealed partial record LoggedOutage(string Connection, TimeSpan Lost, string Cause, TimeSpan? Back, TimeSpan? Downtime)
{
    /// <summary>Reads the outages out of the lines of a log, which come in order.</summary>
    /// <exception cref="FormatException">A return without a loss, or a second loss before the return.</exception>
    public static IReadOnlyList<LoggedOutage> Read(IEnumerable<(TimeSpan At, string Text)> lines)
    {
        List<LoggedOutage> outages = [];
        foreach (var (at, text) in lines)
        {
            if (Loss().Match(text) is { Success: true } loss)
            {
                var connection = loss.Groups["connection"].Value;
                if (outages.Exists(outage => outage.Connection == connection && outage.Back is null))
                    throw new FormatException($"{connection} is lost twice: {text}");
                outages.Add(new LoggedOutage(connection, at, loss.Groups["cause"].Value, null, null));
            }
            else if (Return().Match(text) is { Success: true } back)
            {
                var open = outages.FindIndex(outage => outage.Connection == back.Groups["connection"].Value && outage.Back is null);
                if (open < 0)
                    throw new FormatException($"it comes back and was not lost: {text}");
                outages[open] = outages[open] with { Back = at, Downtime = DurationOf(back.Groups["downtime"].Value) };
            }
        }

        return outages;
    }

    /// <summary>Reads <c>310 µs</c>, <c>4.3 s</c>, <c>12 min 5 s</c>.</summary>
    private static TimeSpan DurationOf(string text) => text.Split(' ').Chunk(2)
        .Select(part => double.Parse(part[0], CultureInfo.InvariantCulture) * UnitOf(part[1]))
        .Aggregate(TimeSpan.Zero, (sum, part) => sum + part);

    private static TimeSpan UnitOf(string unit) => unit switch
    {
        "µs" => TimeSpan.FromMicroseconds(1),
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "min" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => throw new FormatException($"'{unit}' is no unit of time."),
    };

    [GeneratedRegex(@"Connection (?<connection>\S+), epoch \d+, \w+: lost (?<host>\S+) after (?<uptime>[^:]+): (?<cause>.+)")]
    private static partial Regex Loss();

    [GeneratedRegex(@"Connection (?<connection>\S+), epoch \d+, \w+: ready again at (?<host>\S+) after (?<downtime>[^,]+),")]
    private static partial Regex Return();
}
