using System.Text;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>Sets one field of a JSON object without parsing the rest: the tool for <see cref="ProtocolHandler.EncodeRequest"/>.</summary>
public static class JsonFieldWriter
{
    /// <summary>A copy of <paramref name="json"/> whose top-level field has this value: each occurrence replaced or, if there is none, put first.</summary>
    /// <param name="json">A JSON object, UTF-8.</param>
    /// <param name="name">The field.</param>
    /// <param name="value">Its value as JSON.</param>
    /// <returns>The copy; null if <paramref name="json"/> is not a JSON object.</returns>
    public static byte[]? Set(ReadOnlySpan<byte> json, string name, ReadOnlySpan<byte> value) =>
        Set(json, Encoding.UTF8.GetBytes(name), GenericJsonVocabulary.Encode(name), value);

    /// <summary>The same with a name whose bytes are at hand: as they are compared, and as they are written.</summary>
    internal static byte[]? Set(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, JsonEncodedText encodedName, ReadOnlySpan<byte> value)
    {
        var length = json.Length;
        var (isEmpty, isThere) = (true, false);
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            isEmpty = false;
            if (!fields.NameIs(name))
                continue;
            isThere = true;
            length += value.Length - fields.Value.Length;
        }

        if (!fields.IsComplete)
            return null;
        return isThere ? Replace(json, name, value, new byte[length]) : PutFirst(json, encodedName.EncodedUtf8Bytes, value, isEmpty);
    }

    private static byte[] Replace(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, byte[] result)
    {
        var (copied, written) = (0, 0);
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (!fields.NameIs(name))
                continue;
            Append(result, ref written, json[copied..fields.Value.Start]);
            Append(result, ref written, value);
            copied = fields.Value.Start + fields.Value.Length;
        }

        Append(result, ref written, json[copied..]);
        return result;
    }

    private static byte[] PutFirst(ReadOnlySpan<byte> json, ReadOnlySpan<byte> encodedName, ReadOnlySpan<byte> value, bool isEmpty)
    {
        var before = "\""u8;
        var between = "\":"u8;
        var behind = isEmpty ? [] : ","u8;
        var copied = json.IndexOf((byte)'{') + 1;
        var result = new byte[json.Length + before.Length + encodedName.Length + between.Length + value.Length + behind.Length];
        var written = 0;
        Append(result, ref written, json[..copied]);
        Append(result, ref written, before);
        Append(result, ref written, encodedName);
        Append(result, ref written, between);
        Append(result, ref written, value);
        Append(result, ref written, behind);
        Append(result, ref written, json[copied..]);
        return result;
    }

    private static void Append(byte[] result, ref int written, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(result.AsSpan(written));
        written += bytes.Length;
    }
}
