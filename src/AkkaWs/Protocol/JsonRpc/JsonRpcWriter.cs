using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>Writes JSON-RPC 2.0 objects.</summary>
internal static class JsonRpcWriter
{
    private static readonly JsonSerializerOptions Serialization = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static OutboundMessage Request(JsonRpcRequest request, RequestId id, bool stringId) => Write(writer =>
    {
        WriteId(writer, id, stringId);
        writer.WriteString("method"u8, request.Method);
        if (request.Params is null)
            return;
        writer.WritePropertyName("params"u8);
        JsonSerializer.Serialize(writer, request.Params, Serialization);
    });

    /// <summary>The payload with its version and id.</summary>
    /// <returns>Null if the payload is no JSON object.</returns>
    public static byte[]? WithId(ReadOnlySpan<byte> payload, RequestId id, bool stringId)
    {
        var value = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(value, Relaxed))
            JsonRpcId.Write(writer, id, stringId);
        return JsonFieldWriter.Set(payload, "id", value.WrittenSpan) is { } withId ? WithVersion(withId) : null;
    }

    /// <summary>The payload with its version.</summary>
    /// <returns>Null if the payload is no JSON object.</returns>
    public static byte[]? WithVersion(ReadOnlySpan<byte> payload) => JsonFieldWriter.Set(payload, "jsonrpc", "\"2.0\""u8);

    /// <summary>An answer to the server; <paramref name="id"/> as the server wrote it.</summary>
    public static ReadOnlyMemory<byte> Result(ReadOnlySpan<byte> id, ReadOnlyMemory<byte> result)
    {
        var raw = id.ToArray();
        return Write(writer =>
        {
            writer.WritePropertyName("id"u8);
            writer.WriteRawValue(raw, skipInputValidation: true);
            writer.WritePropertyName("result"u8);
            writer.WriteRawValue(result.IsEmpty ? "null"u8 : result.Span);
        }).Payload;
    }

    /// <summary>An error to the server.</summary>
    public static ReadOnlyMemory<byte> Error(ReadOnlySpan<byte> id, JsonRpcError error)
    {
        var raw = id.ToArray();
        return Write(writer =>
        {
            writer.WritePropertyName("id"u8);
            writer.WriteRawValue(raw, skipInputValidation: true);
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("code"u8, error.Code);
            writer.WriteString("message"u8, error.Message);
            if (error.Data is { } data)
            {
                writer.WritePropertyName("data"u8);
                data.WriteTo(writer);
            }

            writer.WriteEndObject();
        }).Payload;
    }

    private static OutboundMessage Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, Relaxed);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writeMembers(writer);
        writer.WriteEndObject();
        writer.Flush();
        return new OutboundMessage(buffer.WrittenMemory);
    }

    private static void WriteId(Utf8JsonWriter writer, RequestId id, bool stringId)
    {
        writer.WritePropertyName("id"u8);
        JsonRpcId.Write(writer, id, stringId);
    }
}
