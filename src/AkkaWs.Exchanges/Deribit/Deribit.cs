using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>Deribit: its channels by name, its address and limits (https://docs.deribit.com).</summary>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, Deribit.CreateOptions(), new DeribitHandler());
/// await using var book = await client.SubscribeAsync(Deribit.OrderBook("BTC-PERPETUAL"));
/// </code></example>
public static class Deribit
{
    private static readonly Dictionary<int, string> Intervals =
        new[] { (1, "1"), (3, "3"), (5, "5"), (10, "10"), (15, "15"), (30, "30"), (60, "60"), (120, "120"), (180, "180"), (360, "360"), (720, "720"), (1440, "1D") }
            .ToDictionary(interval => interval.Item1, interval => interval.Item2);

    /// <summary>The perpetuals, as <see cref="ExchangeFactory"/> knows them: <c>deribit</c>. A quote of USD means the inverse one, any other the linear one.</summary>
    public static IReadOnlyList<Exchange> Exchanges { get; } =
    [
        new Exchange
        {
            Name = "deribit",
            CreateOptions = name => CreateOptions(name),
            CreateHandler = credentials => new DeribitHandler(credentials),
            NameOf = symbol => symbol.Quote == "USD" ? $"{symbol.Base}-PERPETUAL" : $"{symbol.Base}_{symbol.Quote}-PERPETUAL",
            TopicOf = (channel, instrument) => channel.Kind switch
            {
                ChannelKind.Trades => Trades(instrument),
                ChannelKind.Ticker => Ticker(instrument),
                ChannelKind.OrderBook => channel.Depth <= 20 ? OrderBookTop(channel.DepthOf("deribit", 1, 10, 20), instrument) : OrderBook(instrument),
                ChannelKind.Candles => Candles(channel.IntervalOf("deribit", Intervals), instrument),
                _ => throw channel.Unsupported("deribit"),
            },
        },
    ];

    /// <summary>Trades.</summary>
    /// <param name="instrument">Deribit's name, such as <c>BTC-PERPETUAL</c>.</param>
    /// <param name="interval"><c>100ms</c>, <c>agg2</c>, or <c>raw</c>, which needs a login.</param>
    public static Topic Trades(string instrument, string interval = "100ms") => Of($"trades.{instrument}.{interval}", instrument);

    /// <summary>Last price, best prices and the day's figures.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic Ticker(string instrument, string interval = "100ms") => Of($"ticker.{instrument}.{interval}", instrument);

    /// <summary>The whole book: a snapshot, then changes that link by <c>prev_change_id</c>.</summary>
    /// <inheritdoc cref="Trades" path="/param"/>
    public static Topic OrderBook(string instrument, string interval = "100ms") => Of($"book.{instrument}.{interval}", instrument);

    /// <summary>The first levels of the book, as a whole each 100 ms.</summary>
    /// <param name="depth">1, 10 or 20.</param>
    /// <param name="instrument">Deribit's name, such as <c>BTC-PERPETUAL</c>.</param>
    public static Topic OrderBookTop(int depth, string instrument) => depth is 1 or 10 or 20
        ? Of($"book.{instrument}.none.{depth}.100ms", instrument)
        : throw new ArgumentOutOfRangeException(nameof(depth), depth, "Deribit has grouped order books of 1, 10 and 20 levels.");

    /// <summary>Candlesticks.</summary>
    /// <param name="resolution">Minutes (<c>1</c> to <c>720</c>) or <c>1D</c>.</param>
    /// <param name="instrument">Deribit's name, such as <c>BTC-PERPETUAL</c>.</param>
    public static Topic Candles(string resolution, string instrument) => Of($"chart.trades.{instrument}.{resolution}", instrument);

    /// <summary>The account's orders of an instrument; needs a login.</summary>
    /// <inheritdoc cref="Trades" path="/param[@name='instrument']"/>
    public static Topic UserOrders(string instrument) => Of($"user.orders.{instrument}.raw", instrument);

    /// <summary>The account's trades of an instrument; needs a login.</summary>
    /// <inheritdoc cref="Trades" path="/param[@name='instrument']"/>
    public static Topic UserTrades(string instrument) => Of($"user.trades.{instrument}.raw", instrument);

    /// <summary>The account's figures in a currency; needs a login.</summary>
    /// <param name="currency">Such as <c>btc</c>.</param>
    public static Topic UserPortfolio(string currency) => Of($"user.portfolio.{currency}", currency);

    /// <summary>
    /// The options that suit Deribit: its address, <c>public/test</c> as ping each 30 s, and 20 messages a second with bursts of 80, which is what
    /// its credits allow (https://docs.deribit.com/articles/rate-limits).
    /// </summary>
    /// <param name="name">The connection's name; null: <c>deribit</c>.</param>
    /// <param name="testnet">Whether to use the test network.</param>
    public static WebSocketClientOptions CreateOptions(string? name = null, bool testnet = false) => new()
    {
        Name = name ?? "deribit",
        Url = new Uri($"wss://{(testnet ? "test" : "www")}.deribit.com/ws/api/v2"),
        Heartbeat = new HeartbeatOptions { UseFramePing = false },
        Rates = new RateLimitOptions { Outgoing = new RateOptions { Limit = 20, Burst = 80, Reserve = 20 } },
    };

    private static Topic Of(string channel, string part)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(part);
        return channel;
    }
}
