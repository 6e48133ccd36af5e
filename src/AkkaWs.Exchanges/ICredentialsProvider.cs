namespace AkkaWs.Exchanges;

/// <summary>
/// Where a handler gets its key from. It is asked for each login, also after a reconnect, so that a key which was exchanged meanwhile is used
/// from the next login on. Called on the thread pool, one call at a time per connection; a failure drops the connection and is retried with backoff.
/// </summary>
/// <example><code>
/// sealed class Vault(ISecretStore store) : ICredentialsProvider
/// {
///     public async ValueTask&lt;ApiCredentials&gt; GetAsync(CancellationToken cancellationToken) =>
///         new(await store.ReadAsync("bybit/key", cancellationToken), await store.ReadAsync("bybit/secret", cancellationToken));
/// }
/// </code></example>
public interface ICredentialsProvider
{
    /// <summary>Gets the key to log in with now.</summary>
    /// <param name="cancellationToken">Ends with the deadline of the login.</param>
    ValueTask<ApiCredentials> GetAsync(CancellationToken cancellationToken);
}
