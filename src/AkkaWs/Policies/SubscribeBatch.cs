using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Policies;

/// <summary>
/// One subscribe or unsubscribe message: as many of the first topics as fit. Without a message it holds the topics that the handler can build none for.
/// </summary>
/// <param name="Message">The message; null: it cannot be built, or must not be sent.</param>
/// <param name="Topics">The topics that it names, or that none can be built for; at least one.</param>
internal sealed record SubscribeBatch(OutboundMessage? Message, IReadOnlyList<Topic> Topics)
{
    /// <summary>What the handler threw; null if the message is too large to be sent.</summary>
    public Exception? Error { get; private init; }

    /// <summary>Builds the next message. Where the handler throws, the first half of the topics is tried, until a
    /// message is built or the topic that it fails on stands alone: one such topic costs no other one.</summary>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="preferred">How large a message may be unless a single topic is larger; null: as large as <paramref name="most"/>.</param>
    /// <param name="most">How large a message may be at all.</param>
    /// <param name="build">Builds the message for topics.</param>
    public static SubscribeBatch Next(IReadOnlyList<Topic> topics, int? preferred, int most, Func<IReadOnlyList<Topic>, OutboundMessage> build)
    {
        try
        {
            var (message, count) = Fit(topics, Math.Min(preferred ?? most, most), build);
            return new SubscribeBatch(message.Payload.Length <= most ? message : null, [.. topics.Take(count)]);
        }
        catch (Exception e)
        {
            return topics.Count == 1 ? new SubscribeBatch(null, topics) { Error = e } : Next([.. topics.Take(topics.Count / 2)], preferred, most, build);
        }
    }

    /// <summary>Why there is no message, for people.</summary>
    public TopicFailure FailureOf(Topic topic, int most) => new(
        topic, Error is null ? $"its message would be larger than max-message-size, {most} bytes" : $"the protocol handler cannot build its message: {OutsideText.Of(Error)}");

    /// <summary>The message for as many of the first topics as fit, at least one: a topic that is too large alone still goes out.</summary>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="maxBytes">The bound; null: none.</param>
    /// <param name="build">Builds the message for topics.</param>
    /// <returns>The message, and how many of <paramref name="topics"/> it names.</returns>
    public static (OutboundMessage Message, int Count) Fit(IReadOnlyList<Topic> topics, int? maxBytes, Func<IReadOnlyList<Topic>, OutboundMessage> build)
    {
        var count = topics.Count;
        while (true)
        {
            var message = build(count == topics.Count ? topics : [.. topics.Take(count)]);
            if (maxBytes is not { } max || message.Payload.Length <= max || count == 1)
                return (message, count);
            count = Math.Clamp((int)((long)count * max / message.Payload.Length), 1, count - 1);
        }
    }
}
