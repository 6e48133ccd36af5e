using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>Ids as JSON-RPC writes them.</summary>
internal static class JsonRpcId
{
    /// <summary>The request id that an id's text stands for: a number that some server writes as 1.0 or 1e0 is 1.</summary>
    public static RequestId Of(ReadOnlySpan<byte> text) =>
        text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') > 0 && TryReadNumber(text, out var number)
            ? new RequestId(number.ToString(CultureInfo.InvariantCulture))
            : new RequestId(JsonSlice.Unescape(text));

    /// <summary>Reads a number that is an integer, however it is written.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, out long number)
    {
        if (Utf8Parser.TryParse(text, out number, out var used) && used == text.Length)
            return true;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value != decimal.Truncate(value) || Math.Abs(value) > long.MaxValue)
            return false;
        number = (long)value;
        return true;
    }

    /// <summary>Whether <paramref name="a"/> was given out before <paramref name="b"/>: numbers by value, others by their text.</summary>
    public static bool Precedes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        TryReadNumber(a, out var first) && TryReadNumber(b, out var second) ? first < second : a.SequenceCompareTo(b) < 0;

    /// <summary>Writes an id: as a number where the handler numbers and the id is one, else as a string.</summary>
    public static void Write(Utf8JsonWriter writer, RequestId id, bool asString)
    {
        if (!asString && long.TryParse(id.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(id.Value);
    }
}
