namespace AkkaWs.Protocol.JsonRpc;

/// <summary>Thrown by a method of ours that the server calls, to answer with this error object.</summary>
/// <example><code>
/// throw new JsonRpcMethodException(new JsonRpcError(JsonRpcError.InvalidParams, "price is missing"));
/// </code></example>
public sealed class JsonRpcMethodException(JsonRpcError error) : Exception(error?.Message)
{
    /// <summary>What the server gets.</summary>
    public JsonRpcError Error { get; } = error ?? throw new ArgumentNullException(nameof(error));
}
