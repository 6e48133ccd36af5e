using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// A client's message: <c>req_id</c> on the public and private sockets, <c>reqId</c> on the trade socket, both back as strings.
/// </summary>
internal sealed record BybitRequest(string Operation, string? Id, bool IsTrade, IReadOnlyList<JsonElement> Arguments, JsonElement Header)
{
    /// <exception cref="JsonException">It is no JSON object.</exception>
    internal static BybitRequest Parse(ReadOnlyMemory<byte> message, string path)
    {
        using var document = JsonDocument.Parse(message);
        var root = document.RootElement.Clone();
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("expect { or n");
        var isTrade = root.TryGetProperty("reqId", out var id) || path.EndsWith("/trade", StringComparison.Ordinal);
        var hasId = id.ValueKind != JsonValueKind.Undefined || root.TryGetProperty("req_id", out id);
        return new BybitRequest(
            root.TryGetProperty("op", out var operation) && operation.ValueKind == JsonValueKind.String ? operation.GetString()! : "",
            hasId && id.ValueKind != JsonValueKind.Null ? Plain(id) : null,
            isTrade,
            root.TryGetProperty("args", out var arguments) && arguments.ValueKind == JsonValueKind.Array ? [.. arguments.EnumerateArray()] : [],
            root.TryGetProperty("header", out var header) ? header : default);
    }

    internal IReadOnlyList<string> Topics => [.. Arguments.Select(Plain)];

    internal static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
