using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

public sealed partial class WebSocketClient
{
    /// <summary>Subscribes to a topic; completes when the server confirmed. While the connection is down it waits for it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    /// <exception cref="SubscriptionFailedException">The server refused the topic, or did not confirm in time.</exception>
    /// <exception cref="CapacityExceededException">The connection has <c>SubscriptionOptions.MaxTopics</c> topics.</exception>
    /// <exception cref="ConnectionClosedException">The connection is closed.</exception>
    public Task<TopicSubscription> SubscribeAsync(Topic topic, CancellationToken cancellationToken = default) => SubscribeAsync([topic], cancellationToken);

    /// <summary>Subscribes to several topics as one stream; all or none.</summary>
    /// <inheritdoc cref="SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public Task<TopicSubscription> SubscribeAsync(IReadOnlyList<Topic> topics, CancellationToken cancellationToken = default) =>
        SubscribeAsync(topics, SubscribeOptions.Default, cancellationToken);

    /// <summary>Subscribes to a topic, with a say in what happens when its reader is too slow.</summary>
    /// <inheritdoc cref="SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="topic">The topic.</param>
    /// <param name="options">What this subscription asks for.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    public Task<TopicSubscription> SubscribeAsync(Topic topic, SubscribeOptions options, CancellationToken cancellationToken = default) =>
        SubscribeAsync([topic], options, cancellationToken);

    /// <summary>Subscribes to several topics as one stream, with a say in what happens when its reader is too slow; all or none.</summary>
    /// <inheritdoc cref="SubscribeAsync(Topic, SubscribeOptions, CancellationToken)"/>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="options">What this subscription asks for.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public async Task<TopicSubscription> SubscribeAsync(IReadOnlyList<Topic> topics, SubscribeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentOutOfRangeException.ThrowIfZero(topics.Count, nameof(topics));
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        IReadOnlyList<Topic> distinct = [.. topics.Distinct()];
        var buffer = CreateBuffer(options);
        var subscription = new TopicSubscription(this, distinct, buffer);
        try
        {
            await AskAsync<Subscribed>(new SubscribeSink(distinct, buffer, options.Critical), cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Every message of the connection as received, whatever its kind, in order: for recorders. Sends nothing to the server.</summary>
    public Task<TopicSubscription> SubscribeToEverythingAsync(CancellationToken cancellationToken = default) => SubscribeAsync(Topic.Everything, cancellationToken);

    private ISubscriptionBuffer CreateBuffer(SubscribeOptions options) => options.Overflow == OverflowPolicy.Backpressure
        ? new StreamBuffer { Counters = _handle.Subscribers }
        : new OverflowBuffer(options.Overflow, options.Capacity ?? _options.Subscriptions.BufferCapacity, _handler.ConflationKeyOf, _handle.Subscribers);
}
