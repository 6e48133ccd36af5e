using System.Buffers;
using System.Text;

namespace AkkaWs.Protocol;

/// <summary>Sets one field of a JSON object without parsing the rest: the tool for <see cref="ProtocolHandler.EncodeRequest"/>.</summary>
public static class JsonFieldWriter
{
    /// <summary>A copy of <paramref name="json"/> whose top-level field has this value: each occurrence replaced or, if there is none, put first.</summary>
    /// <param name="json">A JSON object, UTF-8.</param>
    /// <param name="name">The field.</param>
    /// <param name="value">Its value as JSON.</param>
    /// <returns>The copy; null if <paramref name="json"/> is not a JSON object.</returns>
    public static byte[]? Set(ReadOnlySpan<byte> json, string name, ReadOnlySpan<byte> value)
    {
        var utf8Name = Encoding.UTF8.GetBytes(name);
        var result = new ArrayBufferWriter<byte>(json.Length + value.Length + utf8Name.Length + 4);
        var copied = 0;
        var empty = true;
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            empty = false;
            if (!fields.NameIs(utf8Name))
                continue;
            result.Write(json[copied..fields.Value.Start]);
            result.Write(value);
            copied = fields.Value.Start + fields.Value.Length;
        }

        if (!fields.IsComplete)
            return null;
        if (copied == 0)
        {
            copied = json.IndexOf((byte)'{') + 1;
            result.Write(json[..copied]);
            result.Write("\""u8);
            result.Write(GenericJsonVocabulary.Encode(name).EncodedUtf8Bytes);
            result.Write("\":"u8);
            result.Write(value);
            result.Write(empty ? [] : ","u8);
        }

        result.Write(json[copied..]);
        return result.WrittenSpan.ToArray();
    }
}
