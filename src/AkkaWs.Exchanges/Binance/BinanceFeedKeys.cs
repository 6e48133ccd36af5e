using System.Collections.Concurrent;
using AkkaWs.Errors;

namespace AkkaWs.Exchanges;

/// <summary>
/// The listen keys of a feed that the factory made: from the system of Binance's that the feed's socket is on, so that the key of one never goes to another.
/// They are kept alive until the feed is disposed of.
/// </summary>
/// <param name="credentials">Where the key comes from.</param>
/// <param name="http">What sends the requests; null: as that of <see cref="BinanceListenKeys"/>.</param>
/// <param name="clock">Times the keep-alive; null: the system's.</param>
internal sealed class BinanceFeedKeys(ICredentialsProvider credentials, HttpMessageHandler? http = null, TimeProvider? clock = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<BinanceHost, BinanceListenKeys> _keys = new();

    /// <inheritdoc cref="BinanceListenKeys.KeyEnded"/>
    public event EventHandler? KeyEnded;

    /// <summary>The keys of the system that a socket is on.</summary>
    /// <exception cref="MissingCredentialsException">It is on none of Binance's.</exception>
    public IListenKeySource For(Uri socket) => _keys.GetOrAdd(
        HostOf(socket) ?? throw new MissingCredentialsException($"the {nameof(IListenKeySource)} of a handler for {socket.Host}, which is none of Binance's systems"), Make);

    public async ValueTask DisposeAsync()
    {
        foreach (var keys in _keys.Values)
            await keys.DisposeAsync().ConfigureAwait(false);
    }

    private BinanceListenKeys Make(BinanceHost host)
    {
        var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, credentials, http, clock, host: host);
        keys.KeyEnded += (_, ended) => KeyEnded?.Invoke(this, ended);
        return keys;
    }

    private static BinanceHost? HostOf(Uri socket)
    {
        foreach (var host in Enum.GetValues<BinanceHost>())
        {
            var streams = BinanceAddresses.Of(host, BinanceFacts.LiveStreams, BinanceFacts.DemoStreams, BinanceFacts.TestnetStreams);
            if (new Uri(streams.UsdMargined!).Host == socket.Host)
                return host;
        }

        return null;
    }
}
