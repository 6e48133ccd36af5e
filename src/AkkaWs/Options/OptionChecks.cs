using System.Globalization;
using System.Text;
using AkkaWs.Errors;

namespace AkkaWs.Options;

/// <summary>Collects what is out of range.</summary>
/// <remarks>The first connection of a process waits for this to be compiled: what is asked of valid options is not generic and uses no queries.</remarks>
internal sealed class OptionChecks
{
    // Timers take no more than 49 days; a day is more than any deadline here can mean.
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(1);

    private readonly List<OptionError> _errors = [];

    public IReadOnlyList<OptionError> Errors => _errors;

    /// <summary>A duration as HOCON writes it.</summary>
    public static string Text(TimeSpan value) =>
        value.Ticks % TimeSpan.TicksPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds}s")
            : string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");

    /// <summary>A name as HOCON writes it.</summary>
    public static string Kebab(Enum name) => Words(name.ToString(), '-');

    /// <summary>A name of ours in small letters, its words joined.</summary>
    public static string Words(string name, char joint)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
                text.Append(joint);
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    public void Fail(string key, string value, string allowed) => _errors.Add(new OptionError(key, value, allowed));

    public void Duration(string key, TimeSpan value, bool orOff = false)
    {
        if (value <= TimeSpan.Zero || value > LongestDuration)
            Fail(key, Text(value), $"more than 0, at most 1 day{(orOff ? ", or off" : "")}");
    }

    public void DurationOrZero(string key, TimeSpan value)
    {
        if (value < TimeSpan.Zero || value > LongestDuration)
            Fail(key, Text(value), "0 to 1 day");
    }

    public void Count(string key, long value, long least, long most, bool orOff = false)
    {
        if (value < least || value > most)
            Fail(key, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{least} to {most}{(orOff ? ", or off" : "")}"));
    }

    public void Defined(string key, Enum value)
    {
        if (!Enum.IsDefined(value.GetType(), value))
            Fail(key, value.ToString(), string.Join(", ", Enum.GetNames(value.GetType()).Select(name => Words(name, '-'))));
    }

    public void Real(string key, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            Fail(key, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));
    }
}
