using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Messages;

/// <summary>Where updates come from: one for all of a physical connection.</summary>
/// <param name="Epoch">Its number.</param>
/// <param name="Handler">Reads the payloads; null: nobody does.</param>
internal sealed record UpdateOrigin(Epoch Epoch, ProtocolHandler? Handler = null)
{
    /// <summary>What the updates were said to be; null: their handler tells.</summary>
    public UpdateKind? Kind { get; init; }

    /// <summary>What kind of message they were said to be; null: their handler tells.</summary>
    public MessageKind? MessageKind { get; init; }

    /// <summary>The topic that they were said to be updates of; null: their handler tells.</summary>
    public Topic? MessageTopic { get; init; }

    /// <summary>What an update is.</summary>
    public UpdateKind KindOf(ReadOnlySpan<byte> payload)
    {
        if (Kind is { } said)
            return said;
        if (Handler is null)
            return UpdateKind.Unknown;
        try
        {
            return Handler.KindOf(payload);
        }
        catch (Exception)
        {
            return UpdateKind.Unknown; // it costs what was asked, not the subscriber who asks
        }
    }

    /// <summary>What a message of the connection is, and the topic that it is an update of.</summary>
    public (MessageKind Kind, Topic? Topic) Describe(ReadOnlySpan<byte> message)
    {
        var read = Read(message);
        return (MessageKind ?? read.Kind, MessageTopic ?? read.Topic);
    }

    private (MessageKind Kind, Topic? Topic) Read(ReadOnlySpan<byte> message)
    {
        if (Handler is null)
            return (Protocol.MessageKind.Unknown, null);
        try
        {
            var classification = Handler.Classify(message);
            return (classification.Kind, classification.Kind == Protocol.MessageKind.Update ? TopicOf(Handler, classification, message) : null);
        }
        catch (Exception)
        {
            return (Protocol.MessageKind.Unknown, null);
        }
    }

    private static Topic? TopicOf(ProtocolHandler handler, Classification classification, ReadOnlySpan<byte> message)
    {
        Span<byte> scratch = stackalloc byte[ProtocolHandler.LongestComposedKey];
        var key = handler.KeyOf(classification, message, scratch);
        var topic = key.IsEmpty ? default : handler.TopicOf(key);
        return topic == default ? (Topic?)null : topic;
    }
}
