using System.Text;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>A topic made of several fields of a message, such as <c>{arg.channel}:{arg.instId}</c>: found, composed, and taken apart again.</summary>
internal sealed class GenericJsonTemplate
{
    /// <summary>The most fields that a template may name.</summary>
    public const int MaxFields = 8;

    private readonly byte[][][] _paths;
    private readonly byte[][] _literals;
    private readonly string[] _separators;

    /// <exception cref="ArgumentException">The template names no field or too many, or its braces don't match.</exception>
    public GenericJsonTemplate(string template)
    {
        List<byte[][]> paths = [];
        List<string> literals = [];
        var at = 0;
        for (var open = template.IndexOf('{', at); open >= 0; open = template.IndexOf('{', at))
        {
            var close = template.IndexOf('}', open);
            var path = close < 0 ? [] : template[(open + 1)..close].Split('.');
            if (path.Length == 0 || path.Any(name => name.Length == 0 || name.Contains('{', StringComparison.Ordinal)))
                throw new ArgumentException($"GenericJsonOptions.TopicTemplate \"{template}\" has a brace without its other one, or an empty field name.", nameof(template));
            literals.Add(template[at..open]);
            paths.Add([.. path.Select(Encoding.UTF8.GetBytes)]);
            at = close + 1;
        }

        if (paths.Count is 0 or > MaxFields)
            throw new ArgumentException($"GenericJsonOptions.TopicTemplate \"{template}\" names {paths.Count} fields; it must name 1 to {MaxFields}, as in \"{{channel}}:{{symbol}}\".", nameof(template));
        literals.Add(template[at..]);
        _paths = [.. paths];
        _separators = [.. literals];
        _literals = [.. literals.Select(Encoding.UTF8.GetBytes)];
        FieldNames = [.. _paths.Select(path => GenericJsonVocabulary.Encode(Encoding.UTF8.GetString(path[^1])))];
    }

    /// <summary>The fields' own names, without the objects that hold them.</summary>
    public JsonEncodedText[] FieldNames { get; }

    /// <summary>Whether the topic is one field and nothing else: a slice of the message.</summary>
    public bool IsOneField => _paths.Length == 1 && _literals.All(literal => literal.Length == 0);

    /// <summary>Finds the fields, and stops behind the last one.</summary>
    /// <param name="message">A JSON object.</param>
    /// <param name="found">Where they stand; <see cref="MaxFields"/> long.</param>
    public bool TryFind(ReadOnlySpan<byte> message, Span<JsonSlice> found)
    {
        found.Clear();
        var missing = _paths.Length;
        var fields = new JsonFieldReader(message);
        while (missing > 0 && fields.Next())
        {
            for (var i = 0; i < _paths.Length; i++)
            {
                if (found[i].Length > 0 || !fields.NameIs(_paths[i][0]))
                    continue;
                found[i] = Descend(message, fields.Value, _paths[i].AsSpan(1));
                if (GenericJsonMessage.CanName(found[i], message))
                    missing--;
                else
                    found[i] = default;
            }
        }

        return missing == 0;
    }

    /// <summary>Writes the topic; 0 if it lacks fields or room.</summary>
    public int Compose(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<JsonSlice> found = stackalloc JsonSlice[MaxFields];
        if (!TryFind(message, found))
            return 0;
        var written = 0;
        for (var i = 0; i < _literals.Length; i++)
        {
            if (!Write(_literals[i], destination, ref written) || (i < _paths.Length && !Write(found[i].TextOf(message), destination, ref written)))
                return 0;
        }

        return written;
    }

    /// <summary>The values that the template's fields have in a topic; null if the topic is none of this template's.</summary>
    public string[]? Split(string topic)
    {
        if (!topic.StartsWith(_separators[0], StringComparison.Ordinal) || !topic.EndsWith(_separators[^1], StringComparison.Ordinal))
            return null;
        var values = new string[_paths.Length];
        var at = _separators[0].Length;
        for (var i = 0; i < values.Length; i++)
        {
            var last = i == values.Length - 1;
            var end = last ? topic.Length - _separators[^1].Length : topic.IndexOf(_separators[i + 1], at, StringComparison.Ordinal);
            if (end <= at)
                return null;
            values[i] = topic[at..end];
            at = end + _separators[i + 1].Length;
        }

        return values;
    }

    private static JsonSlice Descend(ReadOnlySpan<byte> message, JsonSlice value, ReadOnlySpan<byte[]> path)
    {
        foreach (var name in path)
        {
            var place = value.Start;
            var fields = new JsonFieldReader(value.Of(message));
            value = default;
            while (fields.Next())
            {
                if (!fields.NameIs(name))
                    continue;
                value = fields.Value with { Start = place + fields.Value.Start };
                break;
            }
        }

        return value;
    }

    private static bool Write(ReadOnlySpan<byte> text, Span<byte> destination, ref int written)
    {
        if (!text.TryCopyTo(destination[written..]))
            return false;
        written += text.Length;
        return true;
    }
}
