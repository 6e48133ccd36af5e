using System.Globalization;

namespace AkkaWs.Options;

/// <summary>
/// Reads durations and sizes as the HOCON specification writes them ("Duration format", "Size in bytes format"), and durations as
/// <see cref="TimeSpan"/> does, with colons: <c>00:00:30</c>. A duration needs its unit: to HOCON a bare number is milliseconds, to
/// <see cref="TimeSpan"/> days, and to people seconds. Only 0 is the same to all.
/// </summary>
internal static class HoconUnits
{
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration);
        duration = default;
        if (!TrySplit(text, out var number, out var unit))
            return false;
        decimal? ticks = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "" when number == 0 => 1,
            "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => null,
        };
        if (!TryScale(number, ticks, out var total))
            return false;
        duration = new TimeSpan(total);
        return true;
    }

    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        if (!TrySplit(text, out var number, out var unit))
            return false;
        decimal? factor = unit switch
        {
            "" or "B" or "b" or "byte" or "bytes" => 1,
            "kB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "K" or "k" or "Ki" or "KiB" => 1L << 10,
            "M" or "m" or "Mi" or "MiB" => 1L << 20,
            "G" or "g" or "Gi" or "GiB" => 1L << 30,
            _ => null,
        };
        return TryScale(number, factor, out bytes);
    }

    private static bool TrySplit(string text, out decimal number, out string unit)
    {
        var end = text.Length;
        while (end > 0 && (char.IsAsciiLetter(text[end - 1]) || text[end - 1] == ' '))
            end--;
        unit = text[end..].Trim();
        return decimal.TryParse(text[..end], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryScale(decimal number, decimal? factor, out long product)
    {
        product = 0;
        if (factor is not { } known || Math.Abs(number) > long.MaxValue / Math.Max(known, 1))
            return false;
        product = (long)decimal.Round(number * known);
        return true;
    }
}
