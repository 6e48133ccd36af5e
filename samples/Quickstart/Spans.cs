using System.Globalization;

namespace Quickstart;

/// <summary>Time spans for people: at most seven characters, in the unit that fits.</summary>
internal static class Spans
{
    public static string Show(TimeSpan span) => span switch
    {
        { TotalMicroseconds: < 999.5 } => Text(span.TotalMicroseconds, "F0", "µs"),
        { TotalMilliseconds: < 9.95 } => Text(span.TotalMilliseconds, "F1", "ms"),
        { TotalMilliseconds: < 999.5 } => Text(span.TotalMilliseconds, "F0", "ms"),
        { TotalSeconds: < 9.95 } => Text(span.TotalSeconds, "F1", "s"),
        { TotalSeconds: < 99.5 } => Text(span.TotalSeconds, "F0", "s"),
        _ => Text(span.TotalMinutes, "F0", "min"),
    };

    private static string Text(double number, string format, string unit) => $"{number.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
