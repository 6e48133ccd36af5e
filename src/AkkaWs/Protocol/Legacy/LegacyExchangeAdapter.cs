using System.Text;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Legacy;

/// <summary>
/// Makes a <see cref="ProtocolHandler"/> of an <see cref="IExchangeHandler"/>: topics only, no requests; subscriptions count as confirmed once sent.
/// Each message becomes a string, which a handler of its own would not need: docs/migration.md.
/// </summary>
/// <param name="exchange">The handler of before.</param>
[Obsolete("Write a ProtocolHandler instead: docs/migration.md shows each member's place.")]
public sealed class LegacyExchangeAdapter(IExchangeHandler exchange) : ProtocolHandler
{
    private readonly IExchangeHandler _exchange = exchange ?? throw new ArgumentNullException(nameof(exchange));
    private string? _login;

    /// <summary>1: the simple interface names one topic a message.</summary>
    public override int MaxTopicsPerMessage => 1;

    /// <summary>False: the simple interface knows no acknowledgements.</summary>
    public override bool ConfirmsSubscriptions => false;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var text = Encoding.UTF8.GetString(message);
        if (!string.IsNullOrWhiteSpace(_exchange.TopicOf(text)))
            return Classification.ComposedUpdate;
        return _exchange.HeartbeatMessage() is not null && _exchange.IsHeartbeatAnswer(text) ? Classification.System : Classification.Unknown;
    }

    /// <inheritdoc/>
    public override int ComposeKey(ReadOnlySpan<byte> message, Span<byte> destination) =>
        Encoding.UTF8.TryGetBytes(_exchange.TopicOf(Encoding.UTF8.GetString(message)), destination, out var written) ? written : 0;

    /// <inheritdoc/>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return OutboundMessage.Text(_exchange.SubscribeMessage(topics[0].Value));
    }

    /// <summary>The venue's message or, where it has none, an empty one, which servers ignore.</summary>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return OutboundMessage.Text(_exchange.UnsubscribeMessage(topics[0].Value) ?? "");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<OutboundMessage> OnConnect()
    {
        var login = _exchange.AuthenticationMessage();
        Volatile.Write(ref _login, login);
        return login is null ? [] : [OutboundMessage.Text(login)];
    }

    /// <summary>The last login.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message) => Volatile.Read(ref _login) is { } login && Encoding.UTF8.GetString(message) == login;

    /// <inheritdoc/>
    public override OutboundMessage? BuildPing() => _exchange.HeartbeatMessage() is { } ping ? OutboundMessage.Text(ping) : null;

    /// <inheritdoc/>
    public override bool IsPong(ReadOnlySpan<byte> message) => _exchange.IsHeartbeatAnswer(Encoding.UTF8.GetString(message));
}
