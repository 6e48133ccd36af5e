namespace AkkaWs.Protocol;

/// <summary>
/// Walks over the items of a JSON array, forward only, without parsing what is nested in them: what <see cref="JsonFieldReader"/> is for objects.
/// It allocates nothing and never throws, whatever the bytes.
/// </summary>
/// <example><code>
/// // [1668,{…},"ticker","WAVES/EUR"]: the first item
/// var items = new JsonItemReader(message);
/// if (items.Next() &amp;&amp; items.Value.Kind == JsonValueKind.Number)
///     return Classification.Update(items.Value.Start, items.Value.Length);
/// </code></example>
public ref struct JsonItemReader
{
    private readonly ReadOnlySpan<byte> _json;
    private int _at;
    private bool _started;

    /// <summary>Stands before the first item.</summary>
    /// <param name="json">A message, or the slice of one that holds a nested array; UTF-8.</param>
    public JsonItemReader(ReadOnlySpan<byte> json) => _json = json;

    /// <summary>Where the current item stands.</summary>
    public JsonSlice Value { get; private set; }

    /// <summary>Whether the walk has ended at the array's closing bracket, with nothing but white space behind it.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether the walk has ended because the message is no JSON array, or a broken or truncated one.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next item; false at the end of the array and where the message is malformed.</summary>
    public bool Next()
    {
        if (IsComplete || IsMalformed)
            return false;
        var json = _json;
        var at = JsonScan.SkipWhiteSpace(json, _at);
        var first = !_started;
        if (at >= json.Length || json[at] != (first ? '[' : ','))
            return End(at, closed: !first);
        at = JsonScan.SkipWhiteSpace(json, at + 1);
        if (at >= json.Length)
            return End(at, closed: false);
        var (end, kind) = JsonScan.EndOfValue(json, at);
        if (end <= at)
            return End(at, closed: first);
        Value = new JsonSlice(at, end - at, kind);
        (_at, _started) = (end, true);
        return true;
    }

    private bool End(int at, bool closed)
    {
        Value = default;
        IsComplete = closed && at < _json.Length && _json[at] == ']' && JsonScan.SkipWhiteSpace(_json, at + 1) == _json.Length;
        IsMalformed = !IsComplete;
        return false;
    }
}
