namespace AkkaWs.Protocol;

/// <summary>
/// Builds the login message in the protocol handler's place, asked afresh for each connect and each renewal; the handler still reads the answer.
/// Runs on the thread pool, one call at a time per physical connection. A failure drops that connection: one that took longer than
/// <c>AuthenticationTimeout</c> (<see cref="OperationCanceledException"/>, <see cref="TimeoutException"/>) is retried with backoff, any other like a
/// rejected login.
/// </summary>
/// <example><code>
/// sealed class SignedLogin(ISigner signer) : ILoginProvider
/// {
///     public async ValueTask&lt;OutboundMessage&gt; BuildLoginAsync(CancellationToken cancellationToken) =>
///         OutboundMessage.Text($$"""{"op":"auth","args":["{{await signer.SignAsync(cancellationToken)}}"]}""");
/// }
/// </code></example>
public interface ILoginProvider
{
    /// <summary>Builds the message to log in with now.</summary>
    /// <param name="cancellationToken">Ends with <c>AuthenticationTimeout</c>.</param>
    ValueTask<OutboundMessage> BuildLoginAsync(CancellationToken cancellationToken);
}
