using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>Bybit v5: its topics by name, its addresses and limits (https://bybit-exchange.github.io/docs/v5/ws/connect).</summary>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, Bybit.CreateOptions(BybitStream.Linear), new BybitHandler(BybitStream.Linear));
/// await using var book = await client.SubscribeAsync(Bybit.OrderBook(50, "BTCUSDT"));
/// </code></example>
public static class Bybit
{
    private static readonly Dictionary<int, string> Intervals =
        new[] { (1, "1"), (3, "3"), (5, "5"), (15, "15"), (30, "30"), (60, "60"), (120, "120"), (240, "240"), (360, "360"), (720, "720"), (1440, "D") }
            .ToDictionary(interval => interval.Item1, interval => interval.Item2);

    /// <summary>Orders of the account, all categories.</summary>
    public static Topic Orders { get; } = "order";

    /// <summary>Executions of the account, all categories.</summary>
    public static Topic Executions { get; } = "execution";

    /// <summary>Executions of the account with fewer fields and less delay.</summary>
    public static Topic FastExecutions { get; } = "execution.fast";

    /// <summary>Positions of the account, all categories.</summary>
    public static Topic Positions { get; } = "position";

    /// <summary>The account's wallet.</summary>
    public static Topic Wallet { get; } = "wallet";

    /// <summary>Greeks of the account's option positions.</summary>
    public static Topic Greeks { get; } = "greeks";

    /// <summary>The public markets, as <see cref="ExchangeFactory"/> knows them: <c>bybit-spot</c>, <c>bybit-linear</c>, <c>bybit-inverse</c>.</summary>
    public static IReadOnlyList<Exchange> Exchanges { get; } =
    [
        Describe("bybit-spot", BybitStream.Spot, symbol => symbol.Base + symbol.Quote),
        Describe("bybit-linear", BybitStream.Linear, symbol => symbol.Quote == "USDC" ? symbol.Base + "PERP" : symbol.Base + symbol.Quote),
        Describe("bybit-inverse", BybitStream.Inverse, symbol => symbol.Base + symbol.Quote),
    ];

    /// <summary>The order book: a snapshot, then deltas.</summary>
    /// <param name="depth">1, 25, 50, 100, 200, 500 or 1000; which of them depends on the market.</param>
    /// <param name="symbol">Bybit's name, such as <c>BTCUSDT</c>.</param>
    public static Topic OrderBook(int depth, string symbol) =>
        depth is 1 or 25 or 50 or 100 or 200 or 500 or 1000
            ? Of($"orderbook.{depth}", symbol)
            : throw new ArgumentOutOfRangeException(nameof(depth), depth, "Bybit has order books of 1, 25, 50, 100, 200, 500 and 1000 levels.");

    /// <summary>Each trade.</summary>
    /// <inheritdoc cref="OrderBook" path="/param[@name='symbol']"/>
    public static Topic Trades(string symbol) => Of("publicTrade", symbol);

    /// <summary>Last price and the day's figures.</summary>
    /// <inheritdoc cref="OrderBook" path="/param[@name='symbol']"/>
    public static Topic Ticker(string symbol) => Of("tickers", symbol);

    /// <summary>Candlesticks.</summary>
    /// <param name="interval">Minutes (<c>1</c> to <c>720</c>), <c>D</c>, <c>W</c> or <c>M</c>.</param>
    /// <param name="symbol">Bybit's name, such as <c>BTCUSDT</c>.</param>
    public static Topic Candles(string interval, string symbol) => Of($"kline.{interval}", symbol);

    /// <summary>All liquidations.</summary>
    /// <inheritdoc cref="OrderBook" path="/param[@name='symbol']"/>
    public static Topic Liquidations(string symbol) => Of("allLiquidation", symbol);

    /// <summary>The highest bid and lowest ask that are allowed.</summary>
    /// <inheritdoc cref="OrderBook" path="/param[@name='symbol']"/>
    public static Topic PriceLimit(string symbol) => Of("priceLimit", symbol);

    /// <summary>
    /// The options that suit a socket: its address, a ping of Bybit's own every 20 s, and at most 500 connection attempts in 5 minutes.
    /// </summary>
    /// <param name="stream">Which socket.</param>
    /// <param name="name">The connection's name; null: <c>bybit-</c> and the socket's.</param>
    /// <param name="testnet">Whether to use the test network.</param>
    public static WebSocketClientOptions CreateOptions(BybitStream stream, string? name = null, bool testnet = false) => new()
    {
        Name = name ?? $"bybit-{stream.ToString().ToLowerInvariant()}",
        Url = new Uri($"wss://stream{(testnet ? "-testnet" : "")}.bybit.com/v5/{PathOf(stream)}"),
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromSeconds(20), PongTimeout = TimeSpan.FromSeconds(10), UseFramePing = false },
        Rates = new RateLimitOptions
        {
            ConnectionAttempts = new RateOptions { Limit = 450, Interval = TimeSpan.FromMinutes(5), Burst = 50 },
        },
    };

    private static string PathOf(BybitStream stream) => stream switch
    {
        BybitStream.Private => "private",
        BybitStream.Trade => "trade",
        _ when Enum.IsDefined(stream) => $"public/{stream.ToString().ToLowerInvariant()}",
        _ => throw new ArgumentOutOfRangeException(nameof(stream), stream, "Bybit has no such stream."),
    };

    private static Topic Of(string channel, string symbol)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(symbol);
        return $"{channel}.{symbol}";
    }

    // Public sockets have no login: credentials are for the private ones.
    private static Exchange Describe(string name, BybitStream stream, Func<Symbol, string> nameOf) => new()
    {
        Name = name,
        CreateOptions = connection => CreateOptions(stream, connection),
        CreateHandler = _ => new BybitHandler(stream),
        NameOf = nameOf,
        TopicOf = (channel, symbol) => channel.Kind switch
        {
            ChannelKind.Trades => Trades(symbol),
            ChannelKind.Ticker => Ticker(symbol),
            ChannelKind.OrderBook => OrderBook(channel.DepthOf(name, 1, 50, 200, 1000), symbol),
            ChannelKind.Candles => Candles(channel.IntervalOf(name, Intervals), symbol),
            _ => throw channel.Unsupported(name),
        },
    };
}
