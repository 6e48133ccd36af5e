using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>Bybit v5: its topics by name, its addresses and limits (https://bybit-exchange.github.io/docs/v5/ws/connect).</summary>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, Bybit.CreateOptions(BybitStream.Linear), new BybitHandler(BybitStream.Linear));
/// await using var book = await client.SubscribeAsync(Bybit.OrderBook(50, "BTCUSDT"));
/// </code></example>
public static class Bybit
{
    private const int ConnectBurst = 50;

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

    /// <summary>Maintenance and incidents of the system, on <see cref="BybitStream.Status"/>.</summary>
    public static Topic SystemStatus { get; } = "system.status";

    /// <summary>
    /// The order book: a snapshot, then deltas; with 1 level snapshots alone, the same again after 3 s without a change. A later snapshot replaces the book.
    /// </summary>
    /// <param name="depth">Spot, linear and inverse markets: 1, 50, 200 or 1000. Options: 25 or 100. Spreads: 25.</param>
    /// <param name="symbol">Bybit's name, such as <c>BTCUSDT</c>.</param>
    /// <param name="market">The socket that it is subscribed on, whose depths alone are taken; null: those of any.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bybit has no such order book.</exception>
    public static Topic OrderBook(int depth, string symbol, BybitStream? market = null)
    {
        var depths = market is { } known ? DepthsOf(known) : [.. Enum.GetValues<BybitStream>().SelectMany(DepthsOf).Distinct().Order()];
        return depths.Contains(depth)
            ? Of($"orderbook.{depth}", symbol)
            : throw new ArgumentOutOfRangeException(nameof(depth), depth, depths.Count == 0
                ? $"Bybit has no order books on its socket {market}."
                : $"Bybit has order books of {string.Join(", ", depths)} levels{(market is null ? "" : $" on its socket {market}")}.");
    }

    /// <summary>
    /// All levels of the order book: changes alone, each 200 ms. The book begins with the answer of REST, <c>/v5/market/full_orderbook</c>, joined by
    /// <c>seq</c> and <c>u</c>. A change with <c>u</c> = 1, which is a <see cref="UpdateKind.Snapshot"/> here, begins anew: throw the book away, it may be empty
    /// (a delisting, an auction), and read REST again. Spot alone as of 2026-11-29; of futures no date is known.
    /// </summary>
    /// <inheritdoc cref="OrderBook" path="/param[@name='symbol']"/>
    public static Topic FullOrderBook(string symbol) => Of("orderbook.full", symbol);

    /// <summary>The order book of 50 levels with retail orders (RPI): each level has its price, the size without them, and theirs. Spot, linear and inverse markets.</summary>
    /// <inheritdoc cref="OrderBook" path="/param[@name='symbol']"/>
    public static Topic RpiOrderBook(string symbol) => Of("orderbook.rpi", symbol);

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
    /// <param name="host">Where it is: the site that the account belongs to, the test network or demo trading.</param>
    /// <exception cref="NotSupportedException">The host has no such socket.</exception>
    public static WebSocketClientOptions CreateOptions(BybitStream stream, string? name = null, BybitHost host = BybitHost.Global)
    {
        if (!BybitFacts.Paths.TryGetValue(stream, out var path))
            throw new ArgumentOutOfRangeException(nameof(stream), stream, "Bybit has no such stream.");
        return new WebSocketClientOptions
        {
            Name = name ?? $"bybit-{stream.ToString().ToLowerInvariant()}",
            Url = new Uri($"wss://{HostOf(host, stream)}{path}"),
            Heartbeat = new HeartbeatOptions { PingInterval = BybitFacts.PingInterval, PongTimeout = TimeSpan.FromSeconds(10), UseFramePing = false },
            Rates = new RateLimitOptions
            {
                ConnectionAttempts = new RateOptions { Limit = BybitFacts.MaxConnects - ConnectBurst, Interval = BybitFacts.ConnectWindow, Burst = ConnectBurst },
            },
        };
    }

    private static IReadOnlyList<int> DepthsOf(BybitStream stream) => stream switch
    {
        BybitStream.Spot or BybitStream.Linear or BybitStream.Inverse => BybitFacts.Depths,
        BybitStream.Option => BybitFacts.OptionDepths,
        BybitStream.Spread => BybitFacts.SpreadDepths,
        _ => [],
    };

    private static string HostOf(BybitHost host, BybitStream stream) => host switch
    {
        BybitHost.Demo => stream == BybitStream.Private
            ? BybitFacts.DemoHost
            : throw new NotSupportedException($"Bybit's demo trading has no {stream}, private streams alone: public data are those of {BybitHost.Global}, and orders go by REST."),
        BybitHost.Eu => stream == BybitStream.Status ? BybitFacts.EuStatusHost : BybitFacts.Hosts[BybitHost.Global],
        _ when BybitFacts.Hosts.TryGetValue(host, out var known) => known,
        _ => throw new ArgumentOutOfRangeException(nameof(host), host, "Bybit has no such host."),
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
            ChannelKind.OrderBook => OrderBook(channel.DepthOf(name, [.. DepthsOf(stream)]), symbol),
            ChannelKind.Candles => Candles(channel.IntervalOf(name, Intervals), symbol),
            _ => throw channel.Unsupported(name),
        },
    };
}
