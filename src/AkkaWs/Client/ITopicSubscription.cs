using System.Threading.Channels;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>The updates of one or several topics as a stream: what <see cref="TopicSubscription"/> is, for code that is tested without a connection.</summary>
/// <inheritdoc cref="TopicSubscription" path="/remarks"/>
public interface ITopicSubscription : IAsyncEnumerable<TopicUpdate>, IAsyncDisposable
{
    /// <inheritdoc cref="TopicSubscription.Topics"/>
    IReadOnlyList<Topic> Topics { get; }

    /// <inheritdoc cref="TopicSubscription.ReadAllAsync"/>
    IAsyncEnumerable<TopicMessage> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="TopicSubscription.AsChannel"/>
    ChannelReader<TopicMessage> AsChannel();

    /// <inheritdoc cref="TopicSubscription.UnsubscribeAsync"/>
    Task UnsubscribeAsync(CancellationToken cancellationToken = default);
}
