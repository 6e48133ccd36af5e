using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>Which route an address names, and which one brings a stream.</summary>
internal static class BinanceRoutes
{
    private static readonly BinanceRoute[] All = Enum.GetValues<BinanceRoute>();

    private static readonly string[] RoutedHosts =
    [
        .. from streams in (BinanceAddresses[])[BinanceFacts.LiveStreams, BinanceFacts.DemoStreams, BinanceFacts.TestnetStreams]
           select new Uri(streams.UsdMargined!).Host,
    ];

    /// <summary>What the path of a route begins with.</summary>
    public static string PathOf(BinanceRoute route) => route switch
    {
        BinanceRoute.Public => BinanceFacts.PublicPath,
        BinanceRoute.Market => BinanceFacts.MarketPath,
        BinanceRoute.Private => BinanceFacts.PrivatePath,
        _ => throw new ArgumentOutOfRangeException(nameof(route), route, "Binance has no such route."),
    };

    /// <summary>
    /// The route that an address names; <see cref="BinanceRoute.Public"/> for one of USDⓈ-margined futures that names none, since it brings what that does.
    /// Null: none, as on spot and coin-margined futures.
    /// </summary>
    public static BinanceRoute? Of(Uri url)
    {
        foreach (var route in All)
        {
            if (url.AbsolutePath.StartsWith(PathOf(route) + "/", StringComparison.Ordinal))
                return route;
        }

        return RoutedHosts.Contains(url.Host) && IsUnrouted(url.AbsolutePath) ? BinanceRoute.Public : null;
    }

    /// <summary>The route that brings a topic of USDⓈ-margined futures; null: a kind of stream that is not known here, which is left to Binance.</summary>
    public static BinanceRoute? Of(Topic topic)
    {
        if (topic == Binance.UserData)
            return BinanceRoute.Private;
        var kind = KindOf(topic.Value);
        return BinanceFacts.PublicStreams.Contains(kind) ? BinanceRoute.Public : BinanceFacts.MarketStreams.Contains(kind) ? BinanceRoute.Market : null;
    }

    private static bool IsUnrouted(string path) => path.StartsWith("/stream", StringComparison.Ordinal) || path.StartsWith("/ws", StringComparison.Ordinal);

    // btcusdt@depth20@100ms and btcusdt@depth: depth; btcusdt@kline_1m: kline; !ticker@arr: ticker.
    private static string KindOf(string stream)
    {
        var parts = stream.Split('@');
        var kind = stream.StartsWith('!') ? parts[0][1..] : parts.ElementAtOrDefault(1) ?? "";
        return kind.Split('_')[0].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    }
}
