using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>Writes JSON as exchanges expect it: in the order of the calls, escaped no more than JSON demands.</summary>
internal static class JsonBody
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A message that is one object.</summary>
    public static OutboundMessage Message(Action<Utf8JsonWriter> fields) => new(Object(fields));

    public static ReadOnlyMemory<byte> Object(Action<Utf8JsonWriter> fields) => Write(json =>
    {
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
    });

    /// <summary>One value of any kind.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
            value(json);
        return buffer.WrittenMemory;
    }

    /// <summary>The payload of a request with one field set.</summary>
    /// <exception cref="ArgumentException">The payload is no JSON object.</exception>
    public static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> payload, string field, ReadOnlySpan<byte> value) =>
        JsonFieldWriter.Set(payload.Span, field, value)
            ?? throw new ArgumentException($"The payload of a request must be a JSON object, so that \"{field}\" can be written to it.", nameof(payload));

    /// <summary>The value of a top-level field; <c>default</c> if it is missing or the message broken before it.</summary>
    public static JsonSlice Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (fields.NameIs(name))
                return fields.Value;
        }

        return default;
    }

    /// <summary>A text of the one order that a request speaks of: of its parameters, or of the only item among them; null if there is none.</summary>
    public static string? OfOrder(ReadOnlyMemory<byte> payload, string parameters, string name)
    {
        using var document = JsonDocument.Parse(payload);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(parameters, out var order))
            return null;
        if (order.ValueKind == JsonValueKind.Array)
            order = order.GetArrayLength() == 1 ? order[0] : default;
        return order.ValueKind == JsonValueKind.Object && order.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }

    public static bool Has(this JsonSlice value) => value.Kind != JsonValueKind.Undefined;

    /// <summary>The strings of an array; what is no string is left out.</summary>
    public static IReadOnlyList<string> Strings(ReadOnlySpan<byte> array)
    {
        List<string> found = [];
        var reader = new Utf8JsonReader(array);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.String, CurrentDepth: 1 })
                found.Add(reader.GetString()!);
        }

        return found;
    }
}
