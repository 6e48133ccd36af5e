using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>Which route an address names, and which one brings a stream.</summary>
internal static class BinanceRoutes
{
    private const string Events = "events=";

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
    /// <param name="url">The address.</param>
    /// <param name="market">The market, whatever host and path lead to it; null: the address is Binance's own and tells.</param>
    public static BinanceRoute? Of(Uri url, BinanceMarket? market)
    {
        if (market is not (null or BinanceMarket.UsdMargined))
            return null;
        foreach (var route in All)
        {
            var at = url.AbsolutePath.IndexOf(PathOf(route) + "/", StringComparison.Ordinal);
            if (at == 0 || (at > 0 && market is not null))
                return route;
        }

        return market is not null || (RoutedHosts.Contains(url.Host) && IsUnrouted(url.AbsolutePath)) ? BinanceRoute.Public : null;
    }

    /// <summary>
    /// The route that a topic needs on a connection that has one. A kind that is not known here is left to Binance on a route of market data, and is no event of
    /// the account: what is not named for another route comes on <see cref="BinanceRoute.Market"/>.
    /// </summary>
    public static BinanceRoute Needed(Topic topic, BinanceRoute connected) =>
        Of(topic) ?? (connected == BinanceRoute.Private ? BinanceRoute.Market : connected);

    /// <summary>
    /// What the query of an address of <see cref="BinanceRoute.Private"/> asks for behind the listen key: its own events, or else all that are known. The end of the
    /// key is always among them, since nothing else tells it.
    /// </summary>
    public static string QueryOf(Uri url)
    {
        var fields = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).ToList();
        var events = fields.FindIndex(field => field.StartsWith(Events, StringComparison.Ordinal));
        if (events < 0 || fields[events].Length == Events.Length)
            return string.Join('&', [$"{Events}{string.Join('/', BinanceFacts.AccountEvents)}", .. fields.Where((_, index) => index != events)]);
        if (!Uri.UnescapeDataString(fields[events][Events.Length..]).Split('/').Contains(BinanceFacts.ListenKeyExpired))
            fields[events] += $"/{BinanceFacts.ListenKeyExpired}";
        return string.Join('&', fields);
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
