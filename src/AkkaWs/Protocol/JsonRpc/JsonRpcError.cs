using System.Globalization;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>The error object of JSON-RPC 2.0 (section 5.1).</summary>
/// <param name="Code">The code; -32768 to -32000 are the specification's.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Data">What the server added; null if nothing.</param>
public sealed record JsonRpcError(long Code, string Message, JsonElement? Data = null)
{
    /// <summary>Not JSON.</summary>
    public const long ParseError = -32700;

    /// <summary>Not a request object.</summary>
    public const long InvalidRequest = -32600;

    /// <summary>There is no such method.</summary>
    public const long MethodNotFound = -32601;

    /// <summary>The parameters are not those of the method.</summary>
    public const long InvalidParams = -32602;

    /// <summary>The method failed.</summary>
    public const long InternalError = -32603;

    /// <summary>Reads an error object.</summary>
    /// <param name="json">The object, UTF-8.</param>
    /// <exception cref="FormatException">It lacks its code or its message.</exception>
    public static JsonRpcError Read(ReadOnlySpan<byte> json)
    {
        JsonSlice code = default, message = default, data = default;
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (fields.NameIs("code"u8))
                code = fields.Value;
            else if (fields.NameIs("message"u8))
                message = fields.Value;
            else if (fields.NameIs("data"u8))
                data = fields.Value;
        }

        if (!fields.IsComplete || code.Kind != JsonValueKind.Number || !JsonRpcId.TryReadNumber(code.TextOf(json), out var number) || message.Kind != JsonValueKind.String)
            throw new FormatException("A JSON-RPC error object lacks its integer code or its message.");
        return new JsonRpcError(number, message.GetText(json), data.Kind == JsonValueKind.Undefined ? null : Parse(data.Of(json)));
    }

    /// <summary>Code and message, as far as they can be shown; never the data.</summary>
    public override string ToString() => $"JsonRpcError {{ {Code.ToString(CultureInfo.InvariantCulture)}: {Readable.Shorten(Message)} }}";

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException e)
        {
            throw new FormatException("The data of a JSON-RPC error object is not JSON.", e);
        }
    }
}
