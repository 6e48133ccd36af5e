using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>How one request is sent.</summary>
public sealed record RequestSettings
{
    /// <summary>The id to use; null: the protocol handler makes one. Default: null.</summary>
    public RequestId? Id { get; init; }

    /// <summary>How long to wait, queueing included; null: <c>RequestOptions.Timeout</c>. Default: null.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What happens while the connection is not Ready. Default: <see cref="WhenNotReady.FailFast"/>.</summary>
    public WhenNotReady WhenNotReady { get; init; }

    /// <summary>Whom it passes where messages wait to be written. Default: <see cref="MessagePriority.Order"/>.</summary>
    public MessagePriority Priority { get; init; } = MessagePriority.Order;

    /// <inheritdoc cref="Request.RetryAfterReconnect"/>
    public bool RetryAfterReconnect { get; init; }
}
