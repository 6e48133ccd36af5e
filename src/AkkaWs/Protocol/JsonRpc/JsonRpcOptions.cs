namespace AkkaWs.Protocol.JsonRpc;

/// <summary>A method of ours that the server calls, or a notification of its that we hear.</summary>
/// <param name="parameters">The member <c>params</c> as it stands, an array or an object; empty if there is none.</param>
/// <param name="cancellationToken">Cancelled when the physical connection is gone.</param>
/// <returns>The result as JSON, UTF-8; empty is null. A notification's is ignored.</returns>
/// <exception cref="JsonRpcMethodException">The error object to answer with; any other exception answers with -32603 and no detail.</exception>
public delegate ValueTask<ReadOnlyMemory<byte>> JsonRpcMethod(ReadOnlyMemory<byte> parameters, CancellationToken cancellationToken);

/// <summary>How a <see cref="JsonRpcHandler"/> speaks, apart from subscriptions.</summary>
public sealed record JsonRpcOptions
{
    /// <summary>Whether ids are strings (ULIDs) instead of numbers from 1. Default: false.</summary>
    public bool StringIds { get; init; }

    /// <summary>The methods that the server may call, and the notifications that are heard. All others are answered with "method not found". Default: none.</summary>
    /// <example><code>
    /// Methods = new Dictionary&lt;string, JsonRpcMethod&gt; { ["client.version"] = (_, _) => new("\"1.0\""u8.ToArray()) }
    /// </code></example>
    public IReadOnlyDictionary<string, JsonRpcMethod> Methods { get; init; } = new Dictionary<string, JsonRpcMethod>();

    /// <summary>
    /// Makes the call that logs in, afresh for each connect: <c>public/auth</c>, <c>rpc.login</c>. A result of false or an error is a rejection; an
    /// <c>expires_in</c> in the result, in seconds, makes the login be renewed in time. Default: null, no login.
    /// </summary>
    public Func<CancellationToken, ValueTask<JsonRpcRequest>>? Login { get; init; }

    /// <summary>The method that is called as a ping where <c>HeartbeatOptions.UseFramePing</c> is off. Default: null, none.</summary>
    public string? PingMethod { get; init; }

    /// <summary>Writes nothing of what may be secret.</summary>
    public override string ToString() => $"{nameof(JsonRpcOptions)} {{ StringIds = {StringIds}, Methods = {Methods.Count}, Login = {Login is not null}, PingMethod = {PingMethod} }}";
}
