namespace AkkaWs.Messages;

/// <summary>
/// A subscriber with a window (<see cref="SubscribeOptions.Window"/>) is through with messages: told to the <c>Sender</c> of a
/// <see cref="TopicUpdate"/> or <see cref="TopicUpdates"/>, one for each or one for several.
/// </summary>
/// <param name="Messages">How many messages, at least 1. A <see cref="TopicUpdates"/> is one; markers need none.</param>
/// <example><code>
/// Receive&lt;TopicUpdate&gt;(update => { Handle(update); Sender.Tell(Ack.One); });
/// </code></example>
public sealed record Ack(int Messages = 1)
{
    /// <summary>For one message.</summary>
    public static Ack One { get; } = new();
}
