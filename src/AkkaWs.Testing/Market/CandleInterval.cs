using System.Globalization;

namespace AkkaWs.Testing;

/// <summary>An interval by its venue name (minutes, or D, W, M), aligned in UTC: weeks begin on Monday, months on the first.</summary>
internal sealed record CandleInterval(string Name)
{
    private const long Minute = 60_000;
    private const long Day = 1440 * Minute;

    // The epoch was a Thursday.
    private const long FirstMonday = 4 * Day;

    private static readonly string[] Minutes = ["1", "3", "5", "15", "30", "60", "120", "240", "360", "720"];

    internal static CandleInterval? Find(string name) => name is "D" or "W" or "M" || Minutes.Contains(name) ? new CandleInterval(name) : null;

    /// <summary>When the interval that holds this moment began; both in Unix milliseconds.</summary>
    internal long StartOf(long time)
    {
        if (Name == "M")
        {
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(time);
            return new DateTimeOffset(moment.Year, moment.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        }

        var offset = Name == "W" ? FirstMonday : 0;
        return time - ((time - offset) % Length);
    }

    /// <summary>When the interval after the one that began then begins.</summary>
    internal long StartAfter(long start) => Name == "M" ? DateTimeOffset.FromUnixTimeMilliseconds(start).AddMonths(1).ToUnixTimeMilliseconds() : start + Length;

    private long Length => Name switch { "D" => Day, "W" => 7 * Day, _ => int.Parse(Name, CultureInfo.InvariantCulture) * Minute };
}
