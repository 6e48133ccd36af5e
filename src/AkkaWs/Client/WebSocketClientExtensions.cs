using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>The members of <see cref="IWebSocketClient"/> in the shorter forms that <see cref="WebSocketClient"/> has too: values as JSON, one topic, callbacks.</summary>
public static class WebSocketClientExtensions
{
    /// <summary>Sends a request as JSON and awaits its response.</summary>
    /// <inheritdoc cref="WebSocketClient.RequestAsync{TRequest, TResponse}(TRequest, TimeSpan?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="request">The request.</param>
    /// <param name="timeout">How long to wait; null: <c>RequestOptions.Timeout</c>.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    public static Task<TResponse> RequestAsync<TRequest, TResponse>(
        this IWebSocketClient client, TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        client.RequestAsync<TRequest, TResponse>(request, new RequestSettings { Timeout = timeout }, cancellationToken);

    /// <summary>Sends a request as JSON and awaits its response, with more to say about how: priority, waiting while not Ready, retry.</summary>
    /// <inheritdoc cref="WebSocketClient.RequestAsync{TRequest, TResponse}(TRequest, RequestSettings, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="request">The request.</param>
    /// <param name="settings">How it is sent.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    public static Task<TResponse> RequestAsync<TRequest, TResponse>(
        this IWebSocketClient client, TRequest request, RequestSettings settings, CancellationToken cancellationToken = default) =>
        client.RequestAsync(request, Web<TRequest>(), Web<TResponse>(), settings, cancellationToken);

    /// <summary>Sends a request as JSON and awaits its response, with source-generated serialisers.</summary>
    /// <inheritdoc cref="WebSocketClient.RequestAsync{TRequest, TResponse}(TRequest, JsonTypeInfo{TRequest}, JsonTypeInfo{TResponse}, TimeSpan?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="request">The request.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="responseType">How its response is read.</param>
    /// <param name="timeout">How long to wait; null: <c>RequestOptions.Timeout</c>.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    public static Task<TResponse> RequestAsync<TRequest, TResponse>(
        this IWebSocketClient client,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        client.RequestAsync(request, requestType, responseType, new RequestSettings { Timeout = timeout }, cancellationToken);

    /// <summary>Sends a request as JSON and awaits its response, with source-generated serialisers and more to say about how.</summary>
    /// <inheritdoc cref="WebSocketClient.RequestAsync{TRequest, TResponse}(TRequest, JsonTypeInfo{TRequest}, JsonTypeInfo{TResponse}, RequestSettings, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="request">The request.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="responseType">How its response is read.</param>
    /// <param name="settings">How it is sent.</param>
    /// <param name="cancellationToken">Withdraws the request; if it was not yet written it never will be.</param>
    public static async Task<TResponse> RequestAsync<TRequest, TResponse>(
        this IWebSocketClient client,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        RequestSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(settings);
        var response = await client.RequestRawAsync(JsonRequests.Command(request, requestType, settings), cancellationToken).ConfigureAwait(false);
        return JsonRequests.Read(client.Name, response, responseType);
    }

    /// <summary>Sends requests as JSON back to back and awaits all their outcomes.</summary>
    /// <inheritdoc cref="WebSocketClient.RequestManyAsync{TRequest, TResponse}(IReadOnlyList{TRequest}, RequestSettings?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="settings">How each is sent, its time running from when it is; null: the defaults. An id cannot be given.</param>
    /// <param name="cancellationToken">Withdraws what has no outcome yet; what was not written never will be.</param>
    public static Task<IReadOnlyList<RequestOutcome<TResponse>>> RequestManyAsync<TRequest, TResponse>(
        this IWebSocketClient client, IReadOnlyList<TRequest> requests, RequestSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RequestManyAsync(requests, Web<TRequest>(), Web<TResponse>(), settings, cancellationToken);
    }

    /// <summary>Sends a text message as it is; completes when it was handed to the transport.</summary>
    /// <inheritdoc cref="WebSocketClient.SendAsync(string, CancellationToken)"/>
    public static Task SendAsync(this IWebSocketClient client, string text, CancellationToken cancellationToken = default) =>
        client.SendAsync(Encoding.UTF8.GetBytes(text), false, cancellationToken);

    /// <summary>Sends a message as it is; completes when it was handed to the transport.</summary>
    /// <inheritdoc cref="WebSocketClient.SendAsync(ReadOnlyMemory{byte}, bool, CancellationToken)"/>
    public static Task SendAsync(this IWebSocketClient client, ReadOnlyMemory<byte> payload, bool isBinary, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(new Send(payload, isBinary), cancellationToken);
    }

    /// <summary>Sends a value as JSON text; completes when it was handed to the transport.</summary>
    /// <inheritdoc cref="WebSocketClient.SendJsonAsync{T}(T, CancellationToken)"/>
    public static Task SendJsonAsync<T>(this IWebSocketClient client, T value, CancellationToken cancellationToken = default) =>
        client.SendAsync(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), false, cancellationToken);

    /// <summary>Subscribes to a topic; completes when the server confirmed. While the connection is down it waits for it.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync(Topic, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    public static Task<ITopicSubscription> SubscribeAsync(this IWebSocketClient client, Topic topic, CancellationToken cancellationToken = default) =>
        client.SubscribeAsync([topic], cancellationToken);

    /// <summary>Subscribes to several topics as one stream; all or none.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync(IReadOnlyList{Topic}, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public static Task<ITopicSubscription> SubscribeAsync(this IWebSocketClient client, IReadOnlyList<Topic> topics, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SubscribeAsync(topics, SubscribeOptions.Default, cancellationToken);
    }

    /// <summary>Subscribes to a topic, with a say in what happens when its reader is too slow.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync(Topic, SubscribeOptions, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="options">What this subscription asks for.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    public static Task<ITopicSubscription> SubscribeAsync(this IWebSocketClient client, Topic topic, SubscribeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SubscribeAsync([topic], options, cancellationToken);
    }

    /// <inheritdoc cref="WebSocketClient.SubscribeToEverythingAsync"/>
    public static Task<ITopicSubscription> SubscribeToEverythingAsync(this IWebSocketClient client, CancellationToken cancellationToken = default) =>
        client.SubscribeAsync(Topic.Everything, cancellationToken);

    /// <summary>Subscribes to a topic and reads its updates as JSON, with the serialiser's defaults for the web.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync{T}(Topic, SubscribeOptions?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topic.</param>
    public static Task<TypedSubscription<T>> SubscribeAsync<T>(
        this IWebSocketClient client, Topic topic, SubscribeOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SubscribeAsync([topic], Web<T>(), options, cancellationToken);

    /// <summary>Subscribes to topics as one stream and reads its updates as JSON.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync{T}(IReadOnlyList{Topic}, JsonTypeInfo{T}, SubscribeOptions?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="type">How the whole message is read, such as a source-generated <c>MyContext.Default.Ticker</c>.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public static Task<TypedSubscription<T>> SubscribeAsync<T>(
        this IWebSocketClient client, IReadOnlyList<Topic> topics, JsonTypeInfo<T> type, SubscribeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(type);
        return client.SubscribeAsync(topics, utf8 => JsonSerializer.Deserialize(utf8, type)!, options, cancellationToken);
    }

    /// <summary>Subscribes to topics as one stream and reads its updates with code of the caller's.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync{T}(IReadOnlyList{Topic}, Func{ReadOnlySpan{byte}, T}, SubscribeOptions?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="read">Reads a payload, on the reader's side. What it throws, or null, makes the payload a bad one.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    public static async Task<TypedSubscription<T>> SubscribeAsync<T>(
        this IWebSocketClient client,
        IReadOnlyList<Topic> topics,
        Func<ReadOnlySpan<byte>, T> read,
        SubscribeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(read);
        var updates = await client.SubscribeAsync(topics, options ?? SubscribeOptions.Default, cancellationToken).ConfigureAwait(false);
        return new TypedSubscription<T>(updates, read, client.Name);
    }

    /// <summary>Subscribes to topics and calls code of the caller's with each message, one at a time.</summary>
    /// <inheritdoc cref="WebSocketClient.SubscribeAsync(IReadOnlyList{Topic}, Func{TopicMessage, CancellationToken, ValueTask}, SubscribeOptions?, Func{Exception, TopicMessage, bool}?, CancellationToken)"/>
    /// <param name="client">The client.</param>
    /// <param name="topics">The topics, at least one.</param>
    /// <param name="onMessage">Called with updates and markers. Slow code meets the overflow policy; its token is cancelled when the subscription is left.</param>
    /// <param name="options">What this subscription asks for; null: the defaults.</param>
    /// <param name="onError">Told of each error of <paramref name="onMessage"/>; false ends the subscription. Null: it goes on.</param>
    /// <param name="cancellationToken">Gives up, and leaves the topics.</param>
    /// <remarks>
    /// <c>SubscriptionOptions.CallbackTimeout</c>, <see cref="SubscriberFailed"/> and the status' counters are the connection's: they hold where the client is a
    /// <see cref="WebSocketClient"/>.
    /// </remarks>
    public static async Task<CallbackSubscription> SubscribeAsync(
        this IWebSocketClient client,
        IReadOnlyList<Topic> topics,
        Func<TopicMessage, CancellationToken, ValueTask> onMessage,
        SubscribeOptions? options = null,
        Func<Exception, TopicMessage, bool>? onError = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(onMessage);
        var updates = await client.SubscribeAsync(topics, options ?? SubscribeOptions.Default, cancellationToken).ConfigureAwait(false);
        return new CallbackSubscription(updates, onMessage, onError);
    }

    private static JsonTypeInfo<T> Web<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));
}
