using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Policies;

/// <summary>How many topics one subscribe or unsubscribe message names where its size is bounded.</summary>
internal static class SubscribeBatch
{
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
