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

    private static string Name(IReadOnlyList<Topic> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return Readable.List(topics);
    }
}

/// <summary>An update came that is not what its subscriber expects. The subscription goes on.</summary>
public sealed class UpdateFormatException(string connection, Topic topic, long sequence, string expected, Exception inner)
    : WebSocketClientException(connection, $"update #{sequence} of topic {topic} cannot be read as {expected}: {Of(inner).Message}", inner)
{
    /// <summary>The topic.</summary>
    public Topic Topic { get; } = topic;

    /// <summary>The update's number, see <c>TopicUpdate.Sequence</c>.</summary>
    public long Sequence { get; } = sequence;

    private static Exception Of(Exception inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return inner;
    }
}
