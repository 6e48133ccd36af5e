using System.Text;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Protocol;

/// <summary>A field as the reader saw it.</summary>
internal sealed record JsonField(string Name, string Value, JsonValueKind Kind);

internal static class JsonFields
{
    public static IReadOnlyList<JsonField> Of(string json, out bool complete) => Of(Encoding.UTF8.GetBytes(json), out complete);

    public static IReadOnlyList<JsonField> Of(ReadOnlySpan<byte> json, out bool complete)
    {
        var fields = new List<JsonField>();
        var reader = new JsonFieldReader(json);
        while (reader.Next())
        {
            fields.Add(new JsonField(JsonSlice.Unescape(reader.Name), Encoding.UTF8.GetString(reader.Value.Of(json)), reader.Value.Kind));
            Assert.True(fields.Count <= json.Length, "the reader does not come to an end");
        }

        complete = reader.IsComplete;
        Assert.NotEqual(reader.IsComplete, reader.IsMalformed);
        return fields;
    }
}
