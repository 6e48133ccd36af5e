using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>A request of the shape <c>{"id":…,"method":…,"params":…}</c>.</summary>
internal sealed record RpcRequest(JsonElement? Id, string Method, JsonElement Parameters)
{
    /// <summary>Null when the message is no such request.</summary>
    internal static RpcRequest? Parse(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String
                ? new RpcRequest(root.TryGetProperty("id", out var id) ? id : null, method.GetString()!, root.TryGetProperty("params", out var parameters) ? parameters : default)
                : null;
        }
        catch (JsonException)
        {
            // Answered as the venue does.
            return null;
        }
    }

    internal string? Text(string name) =>
        Parameters.ValueKind == JsonValueKind.Object && Parameters.TryGetProperty(name, out var value) ? value.ToString() : null;

    internal IReadOnlyList<string> Strings(string name) =>
        Parameters.ValueKind == JsonValueKind.Object && Parameters.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(value => value.ToString())]
            : [];

    internal void WriteId(Utf8JsonWriter json)
    {
        json.WritePropertyName("id");
        if (Id is { } id)
            id.WriteTo(json);
        else
            json.WriteNullValue();
    }
}
