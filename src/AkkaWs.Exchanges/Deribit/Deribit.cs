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
    // A message that travels faster than those before it finds fewer credits: so many of each kind are never counted on.
    private const int SubscriptionsKept = 2;
    private const int OrdersKept = 4;
    private const int CallsKept = 20;

    // Of the bursts, for cancels and pings alone.
    private const int CancelReserve = 4;
    private const int PingReserve = 20;

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
                ChannelKind.OrderBook => channel.Depth <= DeribitFacts.Depths[^1] ? OrderBookTop(channel.DepthOf("deribit", [.. DeribitFacts.Depths]), instrument) : OrderBook(instrument),
                ChannelKind.Candles => Candles(channel.IntervalOf("deribit", DeribitFacts.Resolutions), instrument),
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

    /// <summary>The first levels of the book, as a whole each time.</summary>
    /// <param name="depth">1, 10 or 20.</param>
    /// <param name="instrument">Deribit's name, such as <c>BTC-PERPETUAL</c>.</param>
    /// <param name="group">What prices are rounded to, in USD for BTC and in cents for ETH: <c>1</c>, <c>2</c>, <c>5</c>, <c>10</c>, <c>25</c>, <c>100</c>, <c>250</c>, or <c>none</c>.</param>
    /// <param name="interval"><c>100ms</c>, <c>agg2</c>, or <c>raw</c>, which needs a login.</param>
    /// <exception cref="ArgumentOutOfRangeException">Deribit has no such book.</exception>
    public static Topic OrderBookTop(int depth, string instrument, string group = "none", string interval = "100ms")
    {
        if (!DeribitFacts.Depths.Contains(depth))
            throw new ArgumentOutOfRangeException(nameof(depth), depth, $"Deribit has grouped order books of {string.Join(", ", DeribitFacts.Depths)} levels.");
        if (!DeribitFacts.Groups.Contains(group))
            throw new ArgumentOutOfRangeException(nameof(group), group, $"Deribit groups prices by {string.Join(", ", DeribitFacts.Groups)}.");
        if (!DeribitFacts.Intervals.Contains(interval))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"Deribit has the intervals {string.Join(", ", DeribitFacts.Intervals)}.");
        return Of($"book.{instrument}.{group}.{depth}.{interval}", instrument);
    }

    /// <summary>The best prices and what is there for them, when they change.</summary>
    /// <inheritdoc cref="Trades" path="/param[@name='instrument']"/>
    public static Topic Quotes(string instrument) => Of($"quote.{instrument}", instrument);

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
    /// The options that suit Deribit: its address, <c>public/test</c> as ping each 30 s, and for each kind of message the rate that its credits allow on the lowest
    /// tier, Deribit's Tier 4 (https://docs.deribit.com/articles/rate-limits): 8 subscribe messages at once and 10 in 3 s, 16 orders at once (4 of them cancels) and 5 a second, 80
    /// other calls at once (20 of them pings and the like) and 20 a second. Deribit counts by sub-account, or by address where there is no login: connections that share one share these rates, too. What a sub-account has is in
    /// <c>limits</c> of <c>private/get_account_summary</c>. Three calls have less, which is yours to keep: <c>private/move_positions</c> (6 at once, 6 a minute),
    /// <c>private/get_transaction_log</c> (8 at once, 1 a second) and <c>public/get_instruments</c> (50 at once, 1 a second). A subscribe message that is a request of
    /// your own counts as one with <c>MessagePriority.Subscribe</c> only.
    /// </summary>
    /// <param name="name">The connection's name; null: <c>deribit</c>.</param>
    /// <param name="testnet">Whether to use the test network.</param>
    public static WebSocketClientOptions CreateOptions(string? name = null, bool testnet = false) => new()
    {
        Name = name ?? "deribit",
        Url = new Uri($"wss://{(testnet ? DeribitFacts.TestHost : DeribitFacts.Host)}{DeribitFacts.Path}"),
        Heartbeat = new HeartbeatOptions { UseFramePing = false },
        Rates = new RateLimitOptions
        {
            Outgoing = new RateOptions
            {
                Limit = DeribitFacts.CreditsPerSecond / DeribitFacts.CallCost,
                Burst = DeribitFacts.CallCredits / DeribitFacts.CallCost - CallsKept,
                Reserve = PingReserve,
            },
            Subscriptions = new RateOptions
            {
                Limit = 1,
                Interval = TimeSpan.FromSeconds(DeribitFacts.SubscribeCost / (double)DeribitFacts.CreditsPerSecond),
                Burst = DeribitFacts.SubscribeCredits / DeribitFacts.SubscribeCost - SubscriptionsKept,
            },
            Orders = new RateOptions { Limit = DeribitFacts.OrdersPerSecond, Burst = DeribitFacts.MaxOrdersAtOnce - OrdersKept, Reserve = CancelReserve },
        },
    };

    private static Topic Of(string channel, string part)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(part);
        return channel;
    }
}
