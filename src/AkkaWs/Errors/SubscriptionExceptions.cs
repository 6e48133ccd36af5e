using AkkaWs.Primitives;

namespace AkkaWs.Errors;

/// <summary>
/// The reader of a subscription was too slow: its buffer overflowed under <c>OverflowPolicy.Fail</c>, or it held up the connection for
/// <c>SubscriptionOptions.MaxStall</c>. The subscription has ended, the connection stands: subscribe again, from a snapshot where state was built
/// from the updates; read faster, or choose a policy that drops.
/// </summary>
public sealed class SubscriptionLaggedException(string connection, IReadOnlyList<Topic> topics, string reason)
    : WebSocketClientException(connection, $"the subscription of {Name(topics)} was too slow: {reason}")
{
    /// <summary>The subscription's topics.</summary>
    public IReadOnlyList<Topic> Topics { get; } = topics;

    private static string Name(IReadOnlyList<Topic> topics) => topics.Count > 3 ? $"{topics[0]} and {topics.Count - 1} more" : string.Join(", ", topics);
}
