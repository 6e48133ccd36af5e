using System.Globalization;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>The server answered a JSON-RPC request with an error object.</summary>
/// <example><code>
/// catch (JsonRpcException e) when (e.Error is { Code: 10009 }) { … }   // Deribit: not enough funds
/// </code></example>
public sealed class JsonRpcException(string connection, RequestId requestId, JsonRpcError error)
    : ServerErrorException(connection, requestId, Checked(error).Code.ToString(CultureInfo.InvariantCulture), Checked(error).Message)
{
    /// <summary>Code, message and data.</summary>
    public JsonRpcError Error { get; } = error;

    private static JsonRpcError Checked(JsonRpcError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error;
    }
}
