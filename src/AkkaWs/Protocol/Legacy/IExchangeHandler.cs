namespace AkkaWs.Protocol.Legacy;

/// <summary>
/// The simple interface of before: the topic of a message, the subscribe message of a topic, perhaps a login and a heartbeat; all in text. It goes
/// on working through <see cref="LegacyExchangeAdapter"/>; new code writes a <see cref="ProtocolHandler"/>, see docs/migration.md.
/// </summary>
[Obsolete("Write a ProtocolHandler instead: docs/migration.md shows each member's place.")]
public interface IExchangeHandler
{
    /// <summary>The topic of an update; null if the message is none. Called twice for each message, on the read loop.</summary>
    string? TopicOf(string message);

    /// <summary>The message that subscribes to a topic.</summary>
    string SubscribeMessage(string topic);

    /// <summary>The message that unsubscribes from a topic; null: the venue has none, and updates go on unrouted. Default: null.</summary>
    string? UnsubscribeMessage(string topic) => null;

    /// <summary>The login, sent first on each connect and never checked; null: none. Default: null.</summary>
    string? AuthenticationMessage() => null;

    /// <summary>The venue's ping, used where <c>HeartbeatOptions.UseFramePing</c> is off; null: none. Default: null.</summary>
    string? HeartbeatMessage() => null;

    /// <summary>Whether a message answers <see cref="HeartbeatMessage"/>. Default: whether it has the word <c>pong</c>.</summary>
    bool IsHeartbeatAnswer(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Contains("pong", StringComparison.OrdinalIgnoreCase);
    }
}
