using System.Collections.Frozen;
using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>Numbers with a unit.</summary>
internal static class HoconUnits
{
    private static readonly FrozenDictionary<string, double> TicksPerUnit = Table<double>(
        (0.01, "nanosecond nanoseconds nanos nano ns"),
        (TimeSpan.TicksPerMicrosecond, "microsecond microseconds micros micro"),
        (TimeSpan.TicksPerMillisecond, "millisecond milliseconds millis milli ms"),
        (TimeSpan.TicksPerSecond, "second seconds s"),
        (TimeSpan.TicksPerMinute, "minute minutes m"),
        (TimeSpan.TicksPerHour, "hour hours h"),
        (TimeSpan.TicksPerDay, "day days d"));

    private static readonly FrozenDictionary<string, long> BytesPerUnit = Table<long>(
        (1L, "B b byte bytes"),
        (1000L, "kB kilobyte kilobytes"),
        (1L << 10, "K k Ki KiB kibibyte kibibytes"),
        (1000_000L, "MB megabyte megabytes"),
        (1L << 20, "M m Mi MiB mebibyte mebibytes"),
        (1000_000_000L, "GB gigabyte gigabytes"),
        (1L << 30, "G g Gi GiB gibibyte gibibytes"),
        (1000_000_000_000L, "TB terabyte terabytes"),
        (1L << 40, "T t Ti TiB tebibyte tebibytes"),
        (1000_000_000_000_000L, "PB petabyte petabytes"),
        (1L << 50, "P p Pi PiB pebibyte pebibytes"),
        (1000_000_000_000_000_000L, "EB exabyte exabytes"),
        (1L << 60, "E e Ei EiB exbibyte exbibytes"));

    /// <summary>A bare number is milliseconds.</summary>
    public static TimeSpan Duration(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (number, unit) = Split(text);
        if (unit.Length == 0)
        {
            var milliseconds = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            return milliseconds >= 0 ? TimeSpan.FromMilliseconds(milliseconds) : throw new FormatException($"Expected a positive value instead of {text}");
        }

        if (!TicksPerUnit.TryGetValue(unit, out var ticks) || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            throw new FormatException($"The input string '{text}' was not in a correct format: a duration is a number and one of {string.Join(", ", TicksPerUnit.Keys.Order(StringComparer.Ordinal))}.");
        return TimeSpan.FromTicks((long)(count * ticks));
    }

    /// <summary>A bare number is bytes; <c>kB</c> is 1000 of them, <c>K</c> and <c>KiB</c> are 1024.</summary>
    public static long Bytes(string text)
    {
        var (number, unit) = Split(text);
        var count = long.Parse(unit.Length > 0 && number.Length == 0 ? text : number, CultureInfo.InvariantCulture);
        if (unit.Length == 0)
            return count;
        return BytesPerUnit.TryGetValue(unit, out var bytes) ? checked(count * bytes) : throw new FormatException($"{unit} is not a valid byte size suffix");
    }

    private static (string Number, string Unit) Split(string text)
    {
        text = text.Trim();
        var end = text.Length;
        while (end > 0 && char.IsLetter(text[end - 1]))
            end--;
        return (text[..end].TrimEnd(), text[end..]);
    }

    private static FrozenDictionary<string, T> Table<T>(params (T Size, string Names)[] rows) =>
        rows.SelectMany(row => row.Names.Split(' ').Select(name => KeyValuePair.Create(name, row.Size))).ToFrozenDictionary(StringComparer.Ordinal);
}
