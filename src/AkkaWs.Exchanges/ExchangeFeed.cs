using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// What <see cref="ExchangeFactory.Create"/> put together: everything to connect and subscribe with. The handler serves one connection. Dispose of a feed with an
/// account's topics after its client: it keeps the account's listen key alive (Binance), for a day else.
/// </summary>
/// <param name="Options">The connection's options; change them by <c>with</c>.</param>
/// <param name="Handler">The exchange's handler.</param>
/// <param name="Topics">A topic for each symbol and channel.</param>
public sealed record ExchangeFeed(WebSocketClientOptions Options, ProtocolHandler Handler, IReadOnlyList<Topic> Topics) : IAsyncDisposable
{
    /// <summary>Connects and waits until the connection is Ready. Errors are those of <see cref="WebSocketClient"/>.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="cancellationToken">Ends the wait, and the connection with it.</param>
    public async Task<WebSocketClient> ConnectAsync(ActorSystem system, CancellationToken cancellationToken = default)
    {
        var client = await WebSocketClient.ConnectAsync(system, Options, Handler, cancellationToken).ConfigureAwait(false);
        if (Keys is { } keys)
            keys.KeyEnded += (_, _) => _ = RenewAsync(client);
        return client;
    }

    /// <summary>Ends what the feed keeps up for its handler: the keep-alive of a listen key. Of most feeds that is nothing.</summary>
    public ValueTask DisposeAsync() => Keys?.DisposeAsync() ?? ValueTask.CompletedTask;

    private BinanceFeedKeys? Keys => (Handler as BinanceStreamsHandler)?.FeedKeys;

    // One that cannot be rotated now is on its way to another connection, or closed: the next asks for another key by itself.
    private static async Task RenewAsync(WebSocketClient client)
    {
        try
        {
            await client.RotateAsync().ConfigureAwait(false);
        }
        catch (WebSocketClientException)
        {
        }
    }
}
