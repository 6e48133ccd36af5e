namespace AkkaWs.Protocol;

/// <summary>
/// Tells where an attempt connects and with which request headers, asked afresh for each: a signed URL, a listen key or a token is never stale.
/// Asked after the protocol handler, and after other providers in the order they were given. Runs on the thread pool, one call at a time per
/// connection; a failure drops the attempt and is retried with backoff.
/// </summary>
/// <example><code>
/// sealed class Token(ITokenStore store) : IEndpointProvider
/// {
///     public async ValueTask&lt;ConnectionEndpoint&gt; GetEndpointAsync(ConnectionEndpoint endpoint, CancellationToken cancellationToken) =>
///         endpoint with { Headers = [.. endpoint.Headers, new("Authorization", await store.ReadAsync(cancellationToken))] };
/// }
/// </code></example>
public interface IEndpointProvider
{
    /// <summary>Tells where to connect now.</summary>
    /// <param name="endpoint">What the options, the handler and earlier providers say.</param>
    /// <param name="cancellationToken">Ends with <c>ConnectTimeout</c>.</param>
    ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint endpoint, CancellationToken cancellationToken);
}
