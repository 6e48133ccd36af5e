using System.Text.Json.Serialization;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>A call. The handler adds <c>jsonrpc</c> and the id.</summary>
/// <param name="Method">The method.</param>
/// <param name="Params">The parameters: an array for positional ones, an object for named ones; null for none.</param>
/// <example><code>
/// var hash = await client.RequestAsync&lt;JsonRpcRequest, string&gt;(new("eth_getBlockByNumber", new object[] { "latest", false }));
/// var book = await client.RequestAsync&lt;JsonRpcRequest, Book&gt;(new("public/get_order_book", new { instrument_name = "BTC-PERPETUAL" }));
/// </code></example>
public sealed record JsonRpcRequest(
    [property: JsonPropertyName("method")] string Method,
    [property: JsonPropertyName("params"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Params = null)
{
    /// <summary>The method; never the parameters, which may be secret.</summary>
    public override string ToString() => $"{nameof(JsonRpcRequest)} {{ Method = {Method} }}";
}

/// <summary>A call whose parameters have a type, for source-generated serialisers.</summary>
/// <inheritdoc cref="JsonRpcRequest"/>
/// <typeparam name="TParams">The parameters' type.</typeparam>
public sealed record JsonRpcRequest<TParams>(
    [property: JsonPropertyName("method")] string Method,
    [property: JsonPropertyName("params")] TParams Params)
{
    /// <summary>The method; never the parameters, which may be secret.</summary>
    public override string ToString() => $"{nameof(JsonRpcRequest)} {{ Method = {Method} }}";
}

/// <summary>A notification: a call that is never answered. Send it with <c>WebSocketClient.SendJsonAsync</c>.</summary>
/// <inheritdoc cref="JsonRpcRequest" path="/param"/>
/// <example><code>
/// await client.SendJsonAsync(new JsonRpcNotification("client/ready", new[] { 1, 2 }));
/// </code></example>
public sealed record JsonRpcNotification(
    [property: JsonPropertyName("method")] string Method,
    [property: JsonPropertyName("params"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Params = null)
{
    /// <summary>Always <c>2.0</c>.</summary>
    [JsonPropertyName("jsonrpc")]
    [JsonPropertyOrder(-1)]
    public string Version { get; } = "2.0";

    /// <summary>The method; never the parameters, which may be secret.</summary>
    public override string ToString() => $"{nameof(JsonRpcNotification)} {{ Method = {Method} }}";
}
