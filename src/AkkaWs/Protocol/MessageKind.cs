namespace AkkaWs.Protocol;

/// <summary>
/// What a received message is, and so where it goes. Open for extension: further kinds may be added, and a handler may have kinds of its own
/// from <see cref="Own"/> up; whoever does not know a kind treats it as <see cref="Unknown"/>.
/// </summary>
/// <example><code>
/// private const MessageKind Announcement = MessageKind.Own + 1;   // classify as Classification.Of(Announcement), read in ObserveUnknown
/// </code></example>
public enum MessageKind
{
    /// <summary>Not recognised: counted and offered to <see cref="ProtocolHandler.ObserveUnknown"/>, never an error.</summary>
    Unknown = 0,

    /// <summary>Answers the request whose id is the key.</summary>
    Response,

    /// <summary>An update of the topic that is the key.</summary>
    Update,

    /// <summary>About the connection itself: ping, pong, answer to a login.</summary>
    System,

    /// <summary>About subscriptions: a confirmation or a refusal.</summary>
    Control,

    /// <summary>Several messages in one, which <see cref="ProtocolHandler.TryReadPart"/> takes apart.</summary>
    Batch,

    /// <summary>The first of the values that are free for a handler's own kinds: counted and offered to the observer as <see cref="Unknown"/> is.</summary>
    Own = 64,
}
