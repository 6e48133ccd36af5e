using System.Text.Json.Serialization.Metadata;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>
/// What code that trades needs of a connection: requests, streams, sends, and its state. <see cref="WebSocketClient"/> is the real one; in a test
/// <c>FakeWebSocketClient</c> of the package AkkaWs.Testing takes its place. Shorter forms of the members are in <see cref="WebSocketClientExtensions"/>.
/// </summary>
/// <remarks>
/// Who operates a connection (rotates it, gives it other options, opens it again, reads its metrics) takes a <see cref="WebSocketClient"/>, which the methods that open
/// one return. So this interface stays small, and does not grow with the operator's tools.
/// </remarks>
/// <example><code>
/// public sealed class Strategy(IWebSocketClient client)
/// {
///     public async Task RunAsync(CancellationToken cancellationToken)
///     {
///         await using var ticks = await client.SubscribeAsync("tickers.BTCUSDT", cancellationToken);
///         await foreach (var tick in ticks) { … }
///     }
/// }
/// </code></example>
public interface IWebSocketClient : IAsyncDisposable
{
    /// <inheritdoc cref="WebSocketClient.Name"/>
    string Name { get; }

    /// <inheritdoc cref="WebSocketClient.State"/>
    ConnectionState State { get; }

    /// <inheritdoc cref="WebSocketClient.Epoch"/>
    Epoch Epoch { get; }

    /// <inheritdoc cref="WebSocketClient.IsConnected"/>
    bool IsConnected { get; }

    /// <inheritdoc cref="WebSocketClient.WaitUntilReadyAsync"/>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.WatchAsync"/>
    IAsyncEnumerable<ConnectionEvent> WatchAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.GetStatusAsync"/>
    Task<ConnectionStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.RequestRawAsync"/>
    Task<Response> RequestRawAsync(Request request, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.RequestManyAsync{TRequest, TResponse}(IReadOnlyList{TRequest}, JsonTypeInfo{TRequest}, JsonTypeInfo{TResponse}, RequestSettings?, CancellationToken)"/>
    Task<IReadOnlyList<RequestOutcome<TResponse>>> RequestManyAsync<TRequest, TResponse>(
        IReadOnlyList<TRequest> requests,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        RequestSettings? settings = null,
        CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.SendAsync(Send, CancellationToken)"/>
    Task SendAsync(Send message, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.SubscribeAsync(IReadOnlyList{Topic}, SubscribeOptions, CancellationToken)"/>
    Task<ITopicSubscription> SubscribeAsync(IReadOnlyList<Topic> topics, SubscribeOptions options, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WebSocketClient.CloseAsync(CancellationToken)"/>
    Task CloseAsync(CancellationToken cancellationToken = default);
}
