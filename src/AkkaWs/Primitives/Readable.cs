using System.Globalization;

namespace AkkaWs.Primitives;

/// <summary>Durations, sizes, counts and lists as a person reads them in a log line or a message: short, and the same everywhere.</summary>
internal static class Readable
{
    private const int Named = 3;

    /// <summary>The one or two units that matter: <c>310 µs</c>, <c>12 ms</c>, <c>25.9 s</c>, <c>12 min 5 s</c>, <c>3 h</c>, <c>2 d 4 h</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => duration == Timeout.InfiniteTimeSpan ? "for ever" : $"-{Duration(duration.Negate())}",
        { Ticks: 0 } => "0 s",
        { TotalMicroseconds: < 999.5 } => Number(duration.TotalMicroseconds, "0.#", "µs"),
        { TotalMilliseconds: < 999.5 } => Number(duration.TotalMilliseconds, duration.TotalMilliseconds < 9.95 ? "0.#" : "0", "ms"),
        { TotalSeconds: < 59.95 } => Number(duration.TotalSeconds, "0.#", "s"),
        { TotalMinutes: < 59.9917 } => Two(Math.Round(duration.TotalSeconds), 60, "min", "s"),
        { TotalHours: < 23.992 } => Two(Math.Round(duration.TotalMinutes), 60, "h", "min"),
        _ => Two(Math.Round(duration.TotalHours), 24, "d", "h"),
    };

    /// <summary>The same for a bound that may be missing: <c>for ever</c> then.</summary>
    public static string Duration(TimeSpan? duration) => Duration(duration ?? Timeout.InfiniteTimeSpan);

    /// <summary>A number of bytes in the greatest unit that it fills: <c>162 B</c>, <c>10.1 KiB</c>, <c>32 MiB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1L << 10 => Number(bytes, "0", "B"),
        < 1L << 20 => Number(bytes / 1024.0, "0.#", "KiB"),
        < 1L << 30 => Number(bytes / (1024.0 * 1024), "0.#", "MiB"),
        _ => Number(bytes / (1024.0 * 1024 * 1024), "0.#", "GiB"),
    };

    /// <summary>A number with its noun: <c>1 topic</c>, <c>6 topics</c>.</summary>
    public static string Count(long number, string one) => Number(number, "#,0", number == 1 ? one : one + "s");

    /// <summary>The first few of many: <c>a, b, c and 5 more</c>.</summary>
    public static string List<T>(IReadOnlyList<T> items, string separator = ", ") =>
        string.Join(separator, items.Take(Named)) + (items.Count > Named ? $" and {items.Count - Named} more" : "");

    /// <summary>Other people's words, made fit for a part of a line.</summary>
    public static string Shorten(string text, int length = 300) => OutsideText.Line(text, length);

    private static string Two(double smaller, int ratio, string great, string small)
    {
        var (whole, rest) = Math.DivRem((long)smaller, ratio);
        return rest == 0 ? Number(whole, "0", great) : $"{Number(whole, "0", great)} {Number(rest, "0", small)}";
    }

    private static string Number(double number, string format, string unit) => $"{number.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
