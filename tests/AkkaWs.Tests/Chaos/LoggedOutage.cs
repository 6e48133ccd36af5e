using System.Globalization;
using System.Text.RegularExpressions;

namespace AkkaWs.Tests.Chaos;

/// <summary>A line of a log.</summary>
/// <param name="At">When it was logged.</param>
/// <param name="EventId">Which event.</param>
/// <param name="Text">What it says.</param>
internal sealed record LogLine(TimeSpan At, int EventId, string Text);

/// <summary>A loss of Ready and its return, as a reader of the log reconstructs them.</summary>
/// <param name="Connection">Whose.</param>
/// <param name="Host">To where, as both lines have it.</param>
/// <param name="Lost">When the loss was logged.</param>
/// <param name="Cause">Why, as the log has it.</param>
internal sealed partial record LoggedOutage(string Connection, string Host, TimeSpan Lost, string Cause)
{
    public const int TopicsBackEvent = 1021;

    private const int LostEvent = 1020;
    private const int RecoveredEvent = 1004;

    /// <summary>When the return was logged, and how long it says that the outage took; null: it was not.</summary>
    public (TimeSpan At, TimeSpan Downtime)? Back { get; init; }

    /// <summary>How many topics are back, and of how many; null: it was not logged.</summary>
    public (int Confirmed, int Desired)? Topics { get; init; }

    /// <summary>Reads the outages out of the lines of a log, which come in order.</summary>
    /// <exception cref="FormatException">A return without a loss or to another host, a second loss before the return, topics that are back before it or twice, or a line that does not say what its event says.</exception>
    public static IReadOnlyList<LoggedOutage> Read(IEnumerable<LogLine> lines)
    {
        List<LoggedOutage> outages = [];
        foreach (var line in lines)
        {
            switch (line.EventId)
            {
                case LostEvent:
                    outages.Add(LostBy(line, outages));
                    break;
                case RecoveredEvent:
                    var back = Parts(Return(), line);
                    Change(line, outage => outage.Back is null && outage.Host == back["host"].Value, outage => outage with { Back = (line.At, DurationOf(back["downtime"].Value)) });
                    break;
                case TopicsBackEvent:
                    var topics = Parts(TopicsBack(), line);
                    Change(line, outage => outage is { Back: not null, Topics: null }, outage => outage with { Topics = (Number(topics["confirmed"]), Number(topics["desired"])) });
                    break;
            }
        }

        return outages;

        // Always the last one of its connection.
        void Change(LogLine line, Func<LoggedOutage, bool> mayBe, Func<LoggedOutage, LoggedOutage> change)
        {
            var connection = Parts(Subject(), line)["connection"].Value;
            var last = outages.FindLastIndex(outage => outage.Connection == connection);
            if (last < 0 || !mayBe(outages[last]))
                throw new FormatException($"It does not follow from what was logged before: {line.Text}");
            outages[last] = change(outages[last]);
        }
    }

    private static LoggedOutage LostBy(LogLine line, List<LoggedOutage> before)
    {
        var loss = Parts(Loss(), line);
        var connection = loss["connection"].Value;
        if (before.Exists(outage => outage.Connection == connection && outage.Back is null))
            throw new FormatException($"{connection} is lost twice: {line.Text}");
        return new LoggedOutage(connection, loss["host"].Value, line.At, loss["cause"].Value);
    }

    private static GroupCollection Parts(Regex says, LogLine line) => says.Match(line.Text) is { Success: true } match
        ? match.Groups
        : throw new FormatException($"That is not what event {line.EventId} says: {line.Text}");

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);

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

    [GeneratedRegex(@"^Connection (?<connection>\S+), epoch \d+, \w+: ")]
    private static partial Regex Subject();

    [GeneratedRegex(@"^Connection (?<connection>\S+), epoch \d+, \w+: lost (?<host>\S+) after (?<uptime>[^:]+): (?<cause>.+)$")]
    private static partial Regex Loss();

    [GeneratedRegex(@"^Connection \S+, epoch \d+, Ready: ready again at (?<host>\S+) after (?<downtime>[^,]+), attempt \d+$")]
    private static partial Regex Return();

    [GeneratedRegex(@"^Connection \S+, epoch \d+, Ready: (?<confirmed>\d+) of (?<desired>\d+) topics back after .+$")]
    private static partial Regex TopicsBack();
}
