using System.Globalization;
using Akka.Configuration.Hocon;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Options;

/// <summary>One section of HOCON, read key by key. What cannot be read becomes an error, and the type's empty value stands in for it.</summary>
internal sealed class HoconSection(HoconObject? section, string path, List<OptionError> errors)
{
    private readonly Dictionary<string, HoconValue> _items = section?.Items ?? [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The value as text; empty if the key is missing or holds no text.</summary>
    public string Text(string key)
    {
        _known.Add(key);
        return _items.TryGetValue(key, out var value) && value.IsString() ? value.GetString() ?? "" : "";
    }

    /// <summary>As <see cref="Text"/>, of what may be secret: it is not shown where it cannot be read.</summary>
    public string Secret(string key)
    {
        if (_items.TryGetValue(key, out var value) && !value.IsString())
            errors.Add(new OptionError(path + key, Redactor.NotShown, "text, quoted"));
        return Text(key);
    }

    /// <summary>Whether the key is there, whatever it holds.</summary>
    public bool Has(string key)
    {
        _known.Add(key);
        return _items.ContainsKey(key);
    }

    /// <summary>Whether the value is this word, however it is written.</summary>
    public bool Is(string key, string word) => IsSame(Text(key), word);

    public bool IsOff(string key) => Is(key, "off");

    /// <param name="key">The key.</param>
    /// <param name="or">What else the value may be, for the error.</param>
    public TimeSpan Duration(string key, string or = "") =>
        HoconUnits.TryDuration(Text(key), out var duration) ? duration : Fail<TimeSpan>(key, "a duration with its unit, such as 100ms, 30s or 5m" + or);

    public TimeSpan? DurationOrOff(string key) => IsOff(key) ? null : Duration(key, ", or off");

    public TimeSpan? DurationOrAuto(string key) => Is(key, "auto") ? null : Duration(key, ", or auto");

    public TimeOnly? TimeOfDayOrOff(string key) =>
        IsOff(key) ? null
        : TimeOnly.TryParseExact(Text(key), ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : Fail<TimeOnly>(key, "a time of day in UTC such as \"03:30\", or off");

    public long Size(string key, long most, bool orOff = false) =>
        HoconUnits.TrySize(Text(key), out var size) && size <= most ? size : Fail<long>(key, $"a size such as 64KiB or 16MiB, at most {most.ToString(CultureInfo.InvariantCulture)} bytes{(orOff ? ", or off" : "")}");

    public int Count(string key, bool orOff = false) =>
        int.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : Fail<int>(key, "a whole number" + (orOff ? ", or off" : ""));

    public int? CountOrOff(string key) => IsOff(key) ? null : Count(key, orOff: true);

    public double Real(string key) =>
        double.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : Fail<double>(key, "a number");

    public bool Switch(string key) => Choice(key, ("on", true), ("off", false), ("true", true), ("false", false), ("yes", true), ("no", false));

    public T Choice<T>(string key, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        var text = Text(key);
        var names = new List<string>();
        foreach (var (name, value) in choices)
        {
            if (IsSame(name, text))
                return value;
            names.Add(name);
        }

        return Fail<T>(key, string.Join(", ", names));
    }

    public IReadOnlyList<string> Texts(string key)
    {
        _known.Add(key);
        if (_items.TryGetValue(key, out var value) && !value.IsString() && !value.IsObject())
        {
            // Akka.NET does not recognise "[]" as an array, only "[ ]".
            IList<HoconValue> items = value.IsArray() ? value.GetArray() : [];
            if (items.All(item => item.IsString()))
                return [.. items.Select(item => item.GetString())];
        }

        Fail<object>(key, "a list such as [a, b]");
        return [];
    }

    /// <summary>Names with values; neither is shown where they cannot be read, since they may be secret.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string key)
    {
        var section = ObjectAt(key);
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in section?.Items ?? [])
        {
            if (value.IsString())
                pairs.Add(new(name, value.GetString() ?? ""));
            else
                errors.Add(new OptionError(path + key, Redactor.NotShown, "text values; a name with dots in it is quoted"));
        }

        return pairs;
    }

    public HoconSection Section(string key) => new(ObjectAt(key), path + key + ".", errors);

    /// <summary>The sections in a section, each of which has one of the names that are known.</summary>
    public IEnumerable<(string Name, HoconSection Section)> Sections(string key, IReadOnlyCollection<string> names)
    {
        var parent = Section(key);
        foreach (var name in parent._items.Keys.Where(names.Contains))
            yield return (name, parent.Section(name));
        parent._known.UnionWith(names);
        parent.RejectUnknownKeys();
    }

    /// <summary>Reports every key that was not asked for: a typo would otherwise be a default.</summary>
    /// <param name="readElsewhere">Keys of the same section that another reader takes.</param>
    public void RejectUnknownKeys(params IReadOnlyList<string> readElsewhere)
    {
        string[] known = [.. _known, .. readElsewhere];
        foreach (var key in _items.Keys.Where(key => !_known.Contains(key)))
            errors.Add(new OptionError(path + key, NearestKey.Describe(key, known), "one of " + string.Join(", ", known)));
    }

    // A word is the same as HOCON writes it (drop-oldest) and as C# does (DropOldest).
    private static bool IsSame(string one, string other) => NearestKey.Fold(one) == NearestKey.Fold(other);

    private HoconObject? ObjectAt(string key)
    {
        _known.Add(key);
        if (_items.TryGetValue(key, out var value) && value.IsObject())
            return value.GetObject();
        if (section is not null)
            errors.Add(new OptionError(path + key, "not a section", "a section { … }"));
        return null;
    }

    private T Fail<T>(string key, string allowed)
    {
        if (section is not null)
        {
            var text = Text(key);
            var shown = text.Length == 0 ? "missing or not a value" : OptionCatalog.IsSecret(path + key) ? Redactor.NotShown : $"\"{text}\"";
            errors.Add(new OptionError(path + key, shown, allowed));
        }

        return default!;
    }
}
