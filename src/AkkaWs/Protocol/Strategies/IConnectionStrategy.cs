using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Strategies;

/// <summary>
/// How a venue is connected to: URL, headers, login, heartbeat, reconnecting, classes of errors. Everything has a default; each member is called as
/// the member of <see cref="ProtocolHandler"/> of its name, on the same thread.
/// </summary>
/// <example><code>
/// public sealed class MyConnection(ISigner signer) : IConnectionStrategy
/// {
///     public bool RequiresAuthentication => true;
///
///     public async ValueTask&lt;OutboundMessage&gt; BuildAuthenticationAsync(CancellationToken cancellationToken) =>
///         OutboundMessage.Text(await signer.LoginAsync(cancellationToken));
///
///     public AuthenticationVerdict ReadAuthentication(ReadOnlySpan&lt;byte&gt; message) =>
///         message.SequenceEqual("welcome"u8) ? AuthenticationVerdict.Accepted : AuthenticationVerdict.NotAnAnswer;
/// }
/// </code></example>
public interface IConnectionStrategy
{
    /// <summary>The venue that the strategy is for: strategies that name different ones don't fit together. Default: null, any.</summary>
    string? Venue => null;

    /// <summary>How to reconnect, in place of what the options say; see <see cref="StrategySet.ApplyTo"/>. Default: null, as the options say.</summary>
    ReconnectOptions? Reconnect => null;

    /// <summary>How to keep alive, in place of what the options say; see <see cref="StrategySet.ApplyTo"/>. Default: null, as the options say.</summary>
    HeartbeatOptions? Heartbeat => null;

    /// <inheritdoc cref="ProtocolHandler.GetEndpointAsync"/>
    ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken) => new(configured);

    /// <inheritdoc cref="ProtocolHandler.AllowsConcurrentSessions"/>
    bool AllowsConcurrentSessions => true;

    /// <inheritdoc cref="ProtocolHandler.OnConnect"/>
    IReadOnlyList<OutboundMessage> OnConnect() => [];

    /// <inheritdoc cref="ProtocolHandler.RequiresAuthentication"/>
    bool RequiresAuthentication => false;

    /// <inheritdoc cref="ProtocolHandler.BuildAuthenticationAsync"/>
    ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} requires authentication but does not implement {nameof(BuildAuthenticationAsync)}.");

    /// <inheritdoc cref="ProtocolHandler.ReadAuthentication"/>
    AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message) => AuthenticationVerdict.NotAnAnswer;

    /// <inheritdoc cref="ProtocolHandler.IsSensitive"/>
    bool IsSensitive(ReadOnlySpan<byte> message) => false;

    /// <inheritdoc cref="ProtocolHandler.AuthenticationLifetime"/>
    TimeSpan? AuthenticationLifetime => null;

    /// <inheritdoc cref="ProtocolHandler.BuildPing"/>
    OutboundMessage? BuildPing() => null;

    /// <inheritdoc cref="ProtocolHandler.IsOwnId"/>
    bool IsOwnId(RequestId id) => false;

    /// <inheritdoc cref="ProtocolHandler.IsPong"/>
    bool IsPong(ReadOnlySpan<byte> message) => false;

    /// <inheritdoc cref="ProtocolHandler.IsServerPing"/>
    bool IsServerPing(ReadOnlySpan<byte> message) => false;

    /// <inheritdoc cref="ProtocolHandler.BuildPong"/>
    OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => null;

    /// <inheritdoc cref="ProtocolHandler.AnswerAsync"/>
    ValueTask<OutboundMessage?> AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => default;

    /// <inheritdoc cref="ProtocolHandler.ShouldReconnect"/>
    bool ShouldReconnect(ReadOnlySpan<byte> message) => false;

    /// <inheritdoc cref="ProtocolHandler.ClassifyClose"/>
    ErrorClass? ClassifyClose(int closeCode, string reason) => null;

    /// <inheritdoc cref="ProtocolHandler.ClassifyError"/>
    ErrorClass? ClassifyError(Exception error) => null;

    /// <inheritdoc cref="ProtocolHandler.IsInterchangeableWith"/>
    /// <remarks>Handlers of the very same three parts are so in any case. Default: no other is.</remarks>
    bool IsInterchangeableWith(ProtocolHandler other) => false;
}
