using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Strategies;

/// <summary>
/// How a venue is subscribed to: its topics from symbols and channels, and the messages. Each member but <see cref="TopicsOf"/> is called as the member
/// of <see cref="ProtocolHandler"/> of its name, on the same thread.
/// </summary>
/// <example><code>
/// public sealed class MySubscriptions : ISubscriptionStrategy
/// {
///     public OutboundMessage BuildSubscribe(IReadOnlyList&lt;Topic&gt; topics, RequestId id) => OutboundMessage.Text($"sub {id} {string.Join(',', topics.Select(t => t.Value))}");
///
///     public OutboundMessage BuildUnsubscribe(IReadOnlyList&lt;Topic&gt; topics, RequestId id) => OutboundMessage.Text($"unsub {id} {string.Join(',', topics.Select(t => t.Value))}");
/// }
/// </code></example>
public interface ISubscriptionStrategy
{
    /// <inheritdoc cref="IConnectionStrategy.Venue"/>
    string? Venue => null;

    /// <inheritdoc cref="ProtocolHandler.MaxTopicsPerMessage"/>
    int MaxTopicsPerMessage => 100;

    /// <inheritdoc cref="ProtocolHandler.MaxSubscribeBytes"/>
    int? MaxSubscribeBytes => null;

    /// <inheritdoc cref="ProtocolHandler.ConfirmsSubscriptions"/>
    bool ConfirmsSubscriptions => true;

    /// <summary>The topics of symbols on channels. Default: <c>channel.symbol</c> of each pair; of a channel without symbols, its name.</summary>
    /// <param name="symbols">The symbols, as the venue writes them; none for channels that have none, such as an account's.</param>
    /// <param name="channels">The channels, as the venue writes them.</param>
    IReadOnlyList<Topic> TopicsOf(IReadOnlyList<string> symbols, IReadOnlyList<string> channels) =>
        [.. channels.SelectMany(channel => symbols.Count == 0 ? [new Topic(channel)] : symbols.Select(symbol => new Topic($"{channel}.{symbol}")))];

    /// <inheritdoc cref="ProtocolHandler.BuildSubscribe"/>
    OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id);

    /// <inheritdoc cref="ProtocolHandler.BuildUnsubscribe"/>
    OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id);

    /// <inheritdoc cref="ProtocolHandler.ReadAcknowledgement"/>
    Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) => null;

    /// <inheritdoc cref="ProtocolHandler.BuildSnapshotRequest"/>
    OutboundMessage? BuildSnapshotRequest(Topic topic, RequestId id) => null;

    /// <inheritdoc cref="ProtocolHandler.TopicKindOf"/>
    string TopicKindOf(Topic topic) => ProtocolHandler.TopicKindByName(topic);

    /// <inheritdoc cref="ProtocolHandler.DefaultMaxAgeOf"/>
    TimeSpan? DefaultMaxAgeOf(Topic topic) => null;

    /// <inheritdoc cref="ProtocolHandler.IsPattern"/>
    bool IsPattern(Topic topic) => false;

    /// <inheritdoc cref="ProtocolHandler.Matches"/>
    bool Matches(Topic pattern, Topic topic) => false;
}
