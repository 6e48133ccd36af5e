namespace AkkaWs.Protocol;

/// <summary>What a received message is, and so where it goes. Further kinds may be added: treat those you don't know as <see cref="Unknown"/>.</summary>
public enum MessageKind
{
    /// <summary>Not recognised: counted, never an error.</summary>
    Unknown = 0,

    /// <summary>Answers the request whose id is the key.</summary>
    Response,

    /// <summary>An update of the topic that is the key.</summary>
    Update,

    /// <summary>About the connection itself: ping, pong, answer to a login.</summary>
    System,

    /// <summary>About subscriptions: a confirmation or a refusal.</summary>
    Control,
}
