using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Client;

public sealed partial class WebSocketClient
{
    /// <summary>Subscribes to a topic; completes when the server confirmed. While the connection is down it waits for it.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    /// <exception cref="SubscriptionFailedException">The server refused the topic, or did not confirm in time.</exception>
    /// <exception cref="SubscriptionLaggedException">
    /// Before all topics were confirmed, more updates came than the buffer takes: they wait from the first confirmation on.
    /// </exception>
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
        var life = Handle; // the connection may be opened again meanwhile: all parts are of one life
        var opened = await OpenedAsync(life, cancellationToken).ConfigureAwait(false);
        var buffer = CreateBuffer(options, opened.Handler, life);
        var subscription = new TopicSubscription(life, opened, distinct, buffer);
        try
        {
            await AskAsync<Subscribed>(life, new SubscribeSink(distinct, buffer, options), cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch (Exception e)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            // It has left by itself, which alone says no more than that it was left.
            if (e is SubscriptionFailedException && subscription.Lagged is { } lagged)
                throw lagged;
            throw;
        }
    }

    async Task<ITopicSubscription> IWebSocketClient.SubscribeAsync(IReadOnlyList<Topic> topics, SubscribeOptions options, CancellationToken cancellationToken) =>
        await SubscribeAsync(topics, options, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Every message of the connection as received, whatever its kind, in order: for recorders. Sends nothing to the server. One that must not miss any, and
    /// has the connection for itself, subscribes to <see cref="Topic.Everything"/> with <see cref="OverflowPolicy.Backpressure"/>.
    /// </summary>
    public Task<TopicSubscription> SubscribeToEverythingAsync(CancellationToken cancellationToken = default) => SubscribeAsync(Topic.Everything, cancellationToken);

    /// <summary>Subscribes to a topic and reads its updates as JSON, with the serialiser's defaults for the web.</summary>
    /// <typeparam name="T">What updates are read as.</typeparam>
    /// <inheritdoc cref="SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="topic">The topic.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    public Task<TypedSubscription<T>> SubscribeAsync<T>(Topic topic, SubscribeOptions? options = null, CancellationToken cancellationToken = default) =>
        SubscribeAsync([topic], (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T)), options, cancellationToken);

    /// <summary>Subscribes to topics as one stream and reads its updates as JSON.</summary>
    /// <typeparam name="T">What updates are read as.</typeparam>
    /// <inheritdoc cref="SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="type">How the whole message is read, such as a source-generated <c>MyContext.Default.Ticker</c>.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public Task<TypedSubscription<T>> SubscribeAsync<T>(
        IReadOnlyList<Topic> topics, JsonTypeInfo<T> type, SubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        return SubscribeAsync(topics, utf8 => JsonSerializer.Deserialize(utf8, type)!, options, cancellationToken);
    }

    /// <summary>Subscribes to topics as one stream and reads its updates with code of the caller's.</summary>
    /// <typeparam name="T">What updates are read as.</typeparam>
    /// <inheritdoc cref="SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="read">Reads a payload, on the reader's side. What it throws, or null, makes the payload a bad one.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public async Task<TypedSubscription<T>> SubscribeAsync<T>(
        IReadOnlyList<Topic> topics, Func<ReadOnlySpan<byte>, T> read, SubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var updates = await SubscribeAsync(topics, options ?? SubscribeOptions.Default, cancellationToken).ConfigureAwait(false);
        return new TypedSubscription<T>(updates, read, Name);
    }

    /// <summary>Subscribes to topics and calls code of the caller's with each message, one at a time.</summary>
    /// <inheritdoc cref="SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="onMessage">Called with updates and markers; may await requests and subscriptions, and has to return within <c>SubscriptionOptions.CallbackTimeout</c>. Slow code meets the overflow policy; its token is cancelled when the subscription is left.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="onError">Told of each error of <paramref name="onMessage"/>; false ends the subscription. Null: it goes on.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public async Task<CallbackSubscription> SubscribeAsync(
        IReadOnlyList<Topic> topics,
        Func<TopicMessage, CancellationToken, ValueTask> onMessage,
        SubscribeOptions? options = null,
        Func<Exception, TopicMessage, bool>? onError = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(onMessage);
        var updates = await SubscribeAsync(topics, options ?? SubscribeOptions.Default, cancellationToken).ConfigureAwait(false);
        return new CallbackSubscription(updates, onMessage, onError);
    }

    internal static async Task LeaveAsync(ConnectionHandle life, UnsubscribeSink command, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync<Unsubscribed>(life, command, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionClosedException) when (life.Gone.IsCompleted)
        {
            // Its subscriptions ended with it.
        }
    }

    private static ISubscriptionBuffer CreateBuffer(SubscribeOptions options, ProtocolHandler handler, ConnectionHandle life)
    {
        var (bounds, counters, backlogs) = (life.Options!.Subscriptions, life.Subscribers, life.Backlogs);
        var limits = new BufferLimits(options.Capacity ?? bounds.BufferCapacity, bounds.BufferBytes);
        return options.Overflow switch
        {
            OverflowPolicy.Backpressure => new StreamBuffer { Counters = counters },
            OverflowPolicy.Fail or OverflowPolicy.Unbounded => new GroupBuffer(options.Overflow == OverflowPolicy.Fail, limits, counters, backlogs),
            _ => new OverflowBuffer(options.Overflow, limits, handler.ConflationKeyOf, counters, backlogs),
        };
    }
}
