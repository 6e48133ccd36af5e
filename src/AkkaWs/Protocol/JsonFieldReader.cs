using System.Runtime.CompilerServices;

namespace AkkaWs.Protocol;

/// <summary>
/// Walks over the fields of a JSON object, forward only, without parsing what is nested in them: the tool for
/// <see cref="ProtocolHandler.Classify"/>. It allocates nothing and never throws, whatever the bytes.
/// </summary>
/// <remarks>
/// <para>Fields come in the order of the message, duplicates included. Nested objects and arrays are skipped by matching brackets
/// outside strings, in blocks, without a stack: their depth costs nothing, and what is wrong inside them stays unnoticed unless it
/// unbalances them. Everything at the top level is checked, except for the syntax of numbers and escapes.</para>
/// <para>The walk ends at the closing brace or where the message is no JSON object any more: <see cref="IsComplete"/> tells which.</para>
/// </remarks>
/// <example><code>
/// var fields = new JsonFieldReader(message);
/// while (fields.Next())
/// {
///     if (fields.NameIs("topic"u8) &amp;&amp; fields.Value.Kind == JsonValueKind.String)
///         return Classification.Update(fields.Value.TextStart, fields.Value.TextLength);
/// }
/// </code></example>
public ref struct JsonFieldReader
{
    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private Position _position;
    private int _nameStart;
    private int _nameLength;
    private bool _nameHasEscapes;

    /// <summary>Stands before the first field.</summary>
    /// <param name="json">A message, or the slice of one that holds a nested object; UTF-8.</param>
    public JsonFieldReader(ReadOnlySpan<byte> json) => _json = json;

    private enum Position
    {
        BeforeObject,
        InObject,
        AfterObject,
        Malformed,
    }

    /// <summary>The current field's name as it stands in the message: without quotes, escapes unresolved. Compare it with <see cref="NameIs"/>.</summary>
    public readonly ReadOnlySpan<byte> Name => _json.Slice(_nameStart, _nameLength);

    /// <summary>Where the current field's value stands.</summary>
    public JsonSlice Value { get; private set; }

    /// <summary>Whether the walk has ended at the object's closing brace, with nothing but white space behind it.</summary>
    public readonly bool IsComplete => _position == Position.AfterObject;

    /// <summary>Whether the walk has ended because the message is no JSON object, or a broken or truncated one.</summary>
    public readonly bool IsMalformed => _position == Position.Malformed;

    /// <summary>Goes to the next field; false at the end of the object and where the message is malformed.</summary>
    public bool Next()
    {
        if (_position > Position.InObject)
            return false;
        var json = _json;
        var before = _position == Position.BeforeObject;
        var at = JsonScan.SkipWhiteSpace(json, _at);
        if (!Is(json, at, before ? '{' : ','))
            return End(at, !before && Is(json, at, '}'));
        at = JsonScan.SkipWhiteSpace(json, at + 1);
        if (!Is(json, at, '"'))
            return End(at, before && Is(json, at, '}'));
        return ReadField(json, at + 1);
    }

    /// <summary>Whether the current field has this name, escapes resolved.</summary>
    /// <param name="utf8">The name, UTF-8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool NameIs(ReadOnlySpan<byte> utf8) =>
        _nameHasEscapes ? JsonScan.UnescapedEquals(Name, utf8) : Name.SequenceEqual(utf8);

    private bool ReadField(ReadOnlySpan<byte> json, int nameStart)
    {
        var at = JsonScan.EndOfString(json, nameStart, out var nameHasEscapes);
        if (at < 0)
            return End(0, closed: false);
        var nameLength = at - nameStart;
        at = JsonScan.SkipWhiteSpace(json, at + 1);
        if (!Is(json, at, ':'))
            return End(at, closed: false);
        var start = JsonScan.SkipWhiteSpace(json, at + 1);
        if (start >= json.Length)
            return End(start, closed: false);

        var (end, kind) = JsonScan.EndOfValue(json, start);
        if (end <= start)
            return End(start, closed: false);
        (_nameStart, _nameLength, _nameHasEscapes) = (nameStart, nameLength, nameHasEscapes);
        Value = new JsonSlice(start, end - start, kind);
        _at = end;
        _position = Position.InObject;
        return true;
    }

    private bool End(int at, bool closed)
    {
        (_nameStart, _nameLength, Value) = (0, 0, default);
        _position = closed && JsonScan.SkipWhiteSpace(_json, at + 1) == _json.Length ? Position.AfterObject : Position.Malformed;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(ReadOnlySpan<byte> json, int at, char expected) => (uint)at < (uint)json.Length && json[at] == expected;
}
