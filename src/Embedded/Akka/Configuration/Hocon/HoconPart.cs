namespace Akka.Configuration.Hocon;

/// <summary>One piece of a value; pieces that stand side by side are concatenated.</summary>
internal abstract class HoconPart;

internal sealed class LiteralPart(string text, bool quoted) : HoconPart
{
    public string Text { get; } = text;
    public bool IsQuoted { get; } = quoted;
    public bool IsBlank => !IsQuoted && string.IsNullOrWhiteSpace(Text);
    public bool IsNull => !IsQuoted && Text == "null";
}

internal sealed class ArrayPart(List<HoconValue> items) : HoconPart
{
    public List<HoconValue> Items { get; } = items;
}

internal sealed class ObjectPart(HoconObject value) : HoconPart
{
    public HoconObject Value { get; } = value;
}

/// <summary><c>${path}</c> or <c>${?path}</c>: the value at the path in the same text, looked up once all of it has been read.</summary>
internal sealed class SubstitutionPart(string path, bool optional, HoconValue root) : HoconPart
{
    private HoconValue _resolved;
    private bool _busy;

    public string Path { get; } = path;

    /// <summary>A key defined by way of itself means its value so far.</summary>
    public void ResolveTo(HoconValue former) => _resolved = former ?? Absent();

    public HoconValue Resolve()
    {
        if (_resolved is not null)
            return _resolved;
        if (_busy)
            throw new ConfigurationException($"The substitution '{Path}' refers to itself by way of other keys.");
        _busy = true;
        return _resolved = HoconPath.Find(root, HoconPath.Split(Path)) ?? Absent();
    }

    private HoconValue Absent() => optional ? new HoconValue() : throw new FormatException($"Unresolved substitution: {Path}");
}
