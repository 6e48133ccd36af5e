using AkkaWs.Primitives;

namespace AkkaWs.Errors;

/// <summary>
/// The reader of a subscription was too slow: its buffer was full under <c>OverflowPolicy.Fail</c>, which is the default, or it held up the connection for
/// <c>SubscriptionOptions.MaxStall</c> under <c>OverflowPolicy.Backpressure</c>. The subscription has ended, the connection stands: subscribe again, from a snapshot where state was built
/// from the updates; read faster, or choose a policy that drops.
/// </summary>
public sealed class SubscriptionLaggedException(string connection, IReadOnlyList<Topic> topics, string reason)
    : WebSocketClientException(connection, $"the subscription of {Name(topics)} was too slow: {reason}")
{
    /// <summary>The subscription's topics.</summary>
    public IReadOnlyList<Topic> Topics { get; } = topics;

    /// <summary>The topic whose update found no room, or that held up the connection; null where that is not known.</summary>
    public Topic? Topic { get; init; }

    /// <summary>How many updates were unread then; all of them are dropped.</summary>
    public long Lag { get; init; }

    /// <summary>How long ago the oldest of them had been read from the socket.</summary>
    public TimeSpan Age { get; init; }

    private static string Name(IReadOnlyList<Topic> topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return Readable.List(topics);
    }
}

/// <summary>
/// The user code of a callback subscription did not return within <c>SubscriptionOptions.CallbackTimeout</c>, error handler included. The subscription has
/// ended, the connection stands; the code's token is cancelled, and nobody waits for it any longer.
/// </summary>
public sealed class CallbackTimeoutException(string connection, Topic topic, TimeSpan limit)
    : WebSocketClientException(connection, $"the callback of {topic} {Words(limit)}")
{
    /// <summary>The topic of the message that it was called with.</summary>
    public Topic Topic { get; } = topic;

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; } = limit;

    internal string Reason => $"its callback {Words(Limit)}";

    private static string Words(TimeSpan limit) => $"did not return within {Readable.Duration(limit)}";
}

/// <summary>An update came that is not what its subscriber expects. The subscription goes on.</summary>
public sealed class UpdateFormatException(string connection, Topic topic, long sequence, string expected, Exception inner)
    : WebSocketClientException(connection, $"update #{sequence} of topic {topic} cannot be read as {expected}: {OutsideText.Of(Of(inner))}", inner)
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
