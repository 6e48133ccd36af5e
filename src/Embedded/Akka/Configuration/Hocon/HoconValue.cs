using System.Globalization;

namespace Akka.Configuration.Hocon;

/// <summary>A value as written, with its readings.</summary>
public partial class HoconValue
{
    internal List<HoconPart> Parts { get; private set; } = [];

    public HoconValue()
    {
    }

    internal HoconValue(HoconObject value) => Parts.Add(new ObjectPart(value));

    /// <summary>Whether nothing was written, or an object without keys.</summary>
    public bool IsEmpty => Flat().All(part => part is ObjectPart { Value.Items.Count: 0 });

    public bool IsString() => Flat() is { Count: > 0 } parts && parts.TrueForAll(part => part is LiteralPart);

    public bool IsArray() => Solid() is { Count: > 0 } parts && parts.TrueForAll(part => part is ArrayPart);

    public bool IsObject() => Solid() is { Count: > 0 } parts && parts.TrueForAll(part => part is ObjectPart);

    /// <summary>The text; null for <c>null</c>, for what is absent, and for objects and arrays.</summary>
    public string GetString()
    {
        var parts = Flat();
        if (parts is [LiteralPart { IsNull: true }] || !IsString())
            return null;
        return parts is [LiteralPart only] ? only.Text : string.Concat(parts.Select(part => ((LiteralPart)part).Text));
    }

    /// <summary>The keys, or null when the value is no object.</summary>
    public HoconObject GetObject()
    {
        if (!IsObject())
            return null;
        return Solid().Select(part => ((ObjectPart)part).Value).Aggregate((lower, upper) => HoconObject.Over(upper, lower));
    }

    public HoconValue GetChildObject(string key) => GetObject()?.GetKey(key);

    /// <summary>The elements; empty when the value is no array.</summary>
    public IList<HoconValue> GetArray() => IsArray() ? [.. Solid().SelectMany(part => ((ArrayPart)part).Items)] : [];

    /// <summary>This section as a configuration of its own.</summary>
    public Config ToConfig() => new(new HoconRoot(this));

    internal static HoconValue Over(HoconValue upper, HoconValue lower)
    {
        if (upper.Parts.Count == 0)
            return lower;
        return upper.IsObject() && lower.IsObject() ? new HoconValue(HoconObject.Over(upper.GetObject(), lower.GetObject())) : upper;
    }

    /// <summary>Replaces what was written before.</summary>
    internal void Become(List<HoconPart> parts) => Parts = parts;

    /// <summary>The object that further keys go into: what was written last, if it was one.</summary>
    internal HoconObject ObjectToExtend()
    {
        if (Parts is [.., ObjectPart last])
            return last.Value;
        var fresh = new ObjectPart(new HoconObject());
        if (Parts is not [.., SubstitutionPart])
            Parts = [];
        Parts.Add(fresh);
        return fresh.Value;
    }

    private List<HoconPart> Flat()
    {
        if (!Parts.Exists(part => part is SubstitutionPart))
            return Parts;
        var flat = new List<HoconPart>();
        foreach (var part in Parts)
        {
            if (part is SubstitutionPart substitution)
                flat.AddRange(substitution.Resolve().Flat());
            else
                flat.Add(part);
        }

        return flat;
    }

    private List<HoconPart> Solid()
    {
        var flat = Flat();
        return flat.Count < 2 ? flat : flat.FindAll(part => part is not LiteralPart { IsBlank: true });
    }

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent) => IsObject() ? GetObject().ToString(indent) : ToNestedString(indent);

    internal string ToNestedString(int indent)
    {
        if (IsObject())
            return string.Create(CultureInfo.InvariantCulture, $"{{\r\n{GetObject().ToString(indent)}{new string(' ', indent * 2)}}}");
        if (IsArray())
            return $"[{string.Join(",", GetArray().Select(item => item.ToNestedString(indent + 1)))}]";
        return Quoted(GetString());
    }

    internal static string Quoted(string text) =>
        text is null ? "" : text.AsSpan().ContainsAny(" \t\n\r\"") ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : text;
}
