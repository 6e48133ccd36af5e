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

    /// <summary>The events of the account: orders, balances. Not a stream of Binance's that has this name; the handlers know where it comes from.</summary>
    public static Topic UserData { get; } = "userData";

    /// <summary>The public markets, as <see cref="ExchangeFactory"/> knows them: <c>binance-spot</c>, <c>binance-usdm</c>, <c>binance-coinm</c>.</summary>
    public static IReadOnlyList<Exchange> Exchanges { get; } =
    [
        Describe("binance-spot", BinanceMarket.Spot, symbol => symbol.Base + symbol.Quote),
        Describe("binance-usdm", BinanceMarket.UsdMargined, symbol => symbol.Base + symbol.Quote),
        Describe("binance-coinm", BinanceMarket.CoinMargined, symbol => $"{symbol.Base}{symbol.Quote}_PERP"),
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
    public static Topic OrderBook(int depth, string symbol) => depth is 5 or 10 or 20
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
    /// <param name="market">Which market.</param>
    /// <param name="name">The connection's name; null: <c>binance-</c> and the market's.</param>
    public static WebSocketClientOptions CreateOptions(BinanceMarket market, string? name = null) => Describe(
        name ?? $"binance-{WordOf(market)}",
        market switch
        {
            BinanceMarket.Spot => "wss://stream.binance.com:9443/stream",
            BinanceMarket.UsdMargined => "wss://fstream.binance.com/stream",
            _ => "wss://dstream.binance.com/stream",
        },
        market);

    /// <summary>The options that suit a market's WebSocket API: requests, and the account's events.</summary>
    /// <param name="market">Which market.</param>
    /// <param name="name">The connection's name; null: <c>binance-api-</c> and the market's.</param>
    public static WebSocketClientOptions CreateApiOptions(BinanceMarket market, string? name = null) => Describe(
        name ?? $"binance-api-{WordOf(market)}",
        market switch
        {
            BinanceMarket.Spot => "wss://ws-api.binance.com:443/ws-api/v3",
            BinanceMarket.UsdMargined => "wss://ws-fapi.binance.com/ws-fapi/v1",
            _ => "wss://ws-dapi.binance.com/ws-dapi/v1",
        },
        market) with
    { Rates = new RateLimitOptions { ConnectionAttempts = Attempts } };

    private static RateOptions Attempts { get; } = new() { Limit = 270, Interval = TimeSpan.FromMinutes(5), Burst = 30 };

    // Pongs count as messages and pass every gate: one a second is left to them.
    private static WebSocketClientOptions Describe(string name, string url, BinanceMarket market) => new()
    {
        Name = name,
        Url = new Uri(url),
        Subscriptions = new SubscriptionOptions { MaxTopics = 1_024 },
        Rates = new RateLimitOptions
        {
            Outgoing = market == BinanceMarket.Spot ? new RateOptions { Limit = 3, Burst = 1 } : new RateOptions { Limit = 6, Burst = 3 },
            ConnectionAttempts = Attempts,
        },
        Rotation = new RotationOptions { Interval = TimeSpan.FromHours(23), Jitter = 0.1 },
    };

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

    private static Exchange Describe(string name, BinanceMarket market, Func<Symbol, string> nameOf) => new()
    {
        Name = name,
        CreateOptions = connection => CreateOptions(market, connection),
        CreateHandler = _ => new BinanceStreamsHandler(),
        NameOf = nameOf,
        TopicOf = (channel, symbol) => channel.Kind switch
        {
            ChannelKind.Trades => market == BinanceMarket.Spot ? Trades(symbol) : AggregateTrades(symbol),
            ChannelKind.Ticker => Ticker(symbol),
            ChannelKind.OrderBook => channel.Depth <= 20 ? OrderBook(channel.DepthOf(name, 5, 10, 20), symbol) : OrderBookChanges(symbol),
            ChannelKind.Candles => Candles(channel.IntervalOf(name, Intervals), symbol),
            _ => throw channel.Unsupported(name),
        },
    };
}
