using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>Binance: its streams by name, its addresses and limits.</summary>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, Binance.CreateOptions(BinanceMarket.Spot), new BinanceStreamsHandler());
/// await using var trades = await client.SubscribeAsync(Binance.Trades("BTCUSDT"));
/// </code></example>
public static class Binance
{
    private static readonly Dictionary<int, string> Intervals =
        new[] { (1, "1m"), (3, "3m"), (5, "5m"), (15, "15m"), (30, "30m"), (60, "1h"), (120, "2h"), (240, "4h"), (360, "6h"), (480, "8h"), (720, "12h"), (1440, "1d") }
            .ToDictionary(interval => interval.Item1, interval => interval.Item2);

    /// <summary>
    /// The events of the account: orders, balances, positions. Not a stream of Binance's that has this name: the handlers know where it comes from, and the listen
    /// key that it comes by is in no topic.
    /// </summary>
    public static Topic UserData { get; } = "userData";

    /// <summary>The public markets, as <see cref="ExchangeFactory"/> knows them: <c>binance-spot</c>, <c>binance-usdm</c>, <c>binance-coinm</c>.</summary>
    public static IReadOnlyList<Exchange> Exchanges { get; } =
    [
        Describe("binance-spot", BinanceMarket.Spot, symbol => symbol.Base + symbol.Quote, []),
        Describe("binance-usdm", BinanceMarket.UsdMargined, symbol => symbol.Base + symbol.Quote, [.. Enum.GetValues<BinanceRoute>().Select(DescribeRoute)]),
        Describe("binance-coinm", BinanceMarket.CoinMargined, symbol => $"{symbol.Base}{symbol.Quote}_PERP", []),
    ];

    /// <summary>Each trade. Futures have <see cref="AggregateTrades"/> alone.</summary>
    /// <param name="symbol">Binance's name, such as <c>BTCUSDT</c>; case does not matter.</param>
    public static Topic Trades(string symbol) => Of(symbol, "trade");

    /// <summary>Trades; those of one taker order are put together.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic AggregateTrades(string symbol) => Of(symbol, "aggTrade");

    /// <summary>The day's figures.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic Ticker(string symbol) => Of(symbol, "ticker");

    /// <summary>Best bid and ask, each change.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic BookTicker(string symbol) => Of(symbol, "bookTicker");

    /// <summary>The first levels of the book, as a whole each 100 ms.</summary>
    /// <param name="depth">5, 10 or 20.</param>
    /// <param name="symbol">Binance's name, such as <c>BTCUSDT</c>; case does not matter.</param>
    public static Topic OrderBook(int depth, string symbol) => BinanceFacts.PartialBookDepths.Contains(depth)
        ? Of(symbol, $"depth{depth}@100ms")
        : throw new ArgumentOutOfRangeException(nameof(depth), depth, "Binance has partial order books of 5, 10 and 20 levels.");

    /// <summary>The changes of the book each 100 ms, to be applied to a snapshot that Binance gives over HTTP.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic OrderBookChanges(string symbol) => Of(symbol, "depth@100ms");

    /// <summary>Candlesticks.</summary>
    /// <param name="interval">Binance's word, such as <c>1m</c>, <c>1h</c> or <c>1d</c>.</param>
    /// <param name="symbol">Binance's name, such as <c>BTCUSDT</c>; case does not matter.</param>
    public static Topic Candles(string interval, string symbol) => Of(symbol, $"kline_{interval}");

    /// <summary>The mark price each second; futures alone.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic MarkPrice(string symbol) => Of(symbol, "markPrice@1s");

    /// <summary>
    /// The options that suit a market's streams: its address, at most 1,024 streams, messages within 5 a second (futures 10), 300 connection
    /// attempts in 5 minutes, and a new connection before Binance ends the old one after 24 hours.
    /// </summary>
    /// <remarks>
    /// USDⓈ-margined futures have three routes, and a connection brings the streams of its own alone; <see cref="ExchangeFactory.CreateFeeds"/> makes
    /// the connections that symbols and channels need.
    /// </remarks>
    /// <param name="market">Which market.</param>
    /// <param name="name">The connection's name; null: <c>binance-</c> and the market's, and the route's where one is given.</param>
    /// <param name="route">Which of the routes of USDⓈ-margined futures; null: <see cref="BinanceRoute.Public"/> there, and none on other markets.</param>
    /// <param name="host">Which of Binance's systems.</param>
    /// <exception cref="ArgumentException">The market has no routes.</exception>
    public static WebSocketClientOptions CreateOptions(
        BinanceMarket market, string? name = null, BinanceRoute? route = null, BinanceHost host = BinanceHost.Live)
    {
        if (route is not null && market != BinanceMarket.UsdMargined)
            throw new ArgumentException("Only USDⓈ-margined futures have routes.", nameof(route));
        var path = market == BinanceMarket.UsdMargined ? BinanceRoutes.PathOf(route ?? BinanceRoute.Public) : "";
        var streams = BinanceAddresses.Of(host, BinanceFacts.LiveStreams, BinanceFacts.DemoStreams, BinanceFacts.TestnetStreams);
        return Describe(
            name ?? $"binance-{WordOf(market)}{(route is { } given ? $"-{WordOf(given)}" : "")}",
            AddressOf(market, streams) + path + BinanceFacts.StreamsPath,
            market);
    }

    /// <summary>The options that suit a market's WebSocket API: requests, and the account's events.</summary>
    /// <param name="market">Which market.</param>
    /// <param name="name">The connection's name; null: <c>binance-api-</c> and the market's.</param>
    /// <param name="host">Which of Binance's systems.</param>
    /// <exception cref="NotSupportedException">The system has no WebSocket API of this market: demo trading has that of spot alone.</exception>
    public static WebSocketClientOptions CreateApiOptions(BinanceMarket market, string? name = null, BinanceHost host = BinanceHost.Live) => Describe(
        name ?? $"binance-api-{WordOf(market)}",
        AddressOf(market, BinanceAddresses.Of(host, BinanceFacts.LiveApi, BinanceFacts.DemoApi, BinanceFacts.TestnetApi)),
        market) with
    { Rates = new RateLimitOptions { ConnectionAttempts = Attempts } };

    private static RateOptions Attempts { get; } = new()
    {
        Limit = BinanceFacts.ConnectionAttempts * 9 / 10,
        Interval = BinanceFacts.ConnectionAttemptsInterval,
        Burst = BinanceFacts.ConnectionAttempts / 10,
    };

    private static WebSocketClientOptions Describe(string name, string url, BinanceMarket market) => new()
    {
        Name = name,
        Url = new Uri(url),
        Subscriptions = new SubscriptionOptions { MaxTopics = BinanceFacts.MaxStreams },
        Rates = new RateLimitOptions
        {
            Outgoing = Within(market == BinanceMarket.Spot ? BinanceFacts.SpotMessagesPerSecond : BinanceFacts.FuturesMessagesPerSecond),
            ConnectionAttempts = Attempts,
        },
        Rotation = new RotationOptions { Interval = BinanceFacts.ConnectionLifetime - TimeSpan.FromHours(1), Jitter = 0.1 },
    };

    // Pongs count as messages and pass every gate: one a second is left to them.
    private static RateOptions Within(int perSecond) => new() { Limit = perSecond - 1 - (perSecond / 3), Burst = perSecond / 3 };

    private static string AddressOf(BinanceMarket market, BinanceAddresses addresses) =>
        addresses.Of(market) ?? throw new NotSupportedException($"This system of Binance's has no such address of {WordOf(market)}.");

    private static string WordOf(BinanceRoute route) => BinanceRoutes.PathOf(route).TrimStart('/');

    private static string WordOf(BinanceMarket market) => market switch
    {
        BinanceMarket.Spot => "spot",
        BinanceMarket.UsdMargined => "usdm",
        BinanceMarket.CoinMargined => "coinm",
        _ => throw new ArgumentOutOfRangeException(nameof(market), market, "Binance has no such market."),
    };

    private static Topic Of(string symbol, string stream)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(symbol);
        return $"{symbol.ToLowerInvariant()}@{stream}";
    }

    private static Exchange Describe(string name, BinanceMarket market, Func<Symbol, string> nameOf, IReadOnlyList<ExchangeRoute> routes) => new()
    {
        Name = name,
        CreateOptions = connection => CreateOptions(market, connection),
        CreateHandler = _ => new BinanceStreamsHandler(market: market),
        NameOf = nameOf,
        TopicOf = (channel, symbol) => channel.Kind switch
        {
            ChannelKind.Trades => market == BinanceMarket.Spot ? Trades(symbol) : AggregateTrades(symbol),
            ChannelKind.Ticker => Ticker(symbol),
            ChannelKind.OrderBook => channel.Depth <= BinanceFacts.PartialBookDepths[^1]
                ? OrderBook(channel.DepthOf(name, [.. BinanceFacts.PartialBookDepths]), symbol)
                : OrderBookChanges(symbol),
            ChannelKind.Candles => Candles(channel.IntervalOf(name, Intervals), symbol),
            _ => throw channel.Unsupported(name),
        },
        Routes = routes,
    };

    private static ExchangeRoute DescribeRoute(BinanceRoute route) => new()
    {
        Name = WordOf(route),
        CreateOptions = connection => CreateOptions(BinanceMarket.UsdMargined, connection, route),
        CreateHandler = route == BinanceRoute.Private
            ? credentials => new BinanceStreamsHandler(
                new BinanceFeedKeys(credentials ?? throw new MissingCredentialsException("the key of the account's events")), BinanceMarket.UsdMargined)
            : _ => new BinanceStreamsHandler(market: BinanceMarket.UsdMargined),
        Carries = topic => BinanceRoutes.Of(topic) == route,
        AccountTopics = route == BinanceRoute.Private ? [UserData] : [],
    };
}
