using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>
/// OKX v5: its topics by name, its addresses and limits (https://www.okx.com/docs-v5/en/#overview-websocket). OKX names a topic by an object;
/// ours is <c>channel?field=value&amp;…</c>, which these methods make.
/// </summary>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, Okx.CreateOptions(OkxStream.Public), new OkxHandler(OkxStream.Public));
/// await using var trades = await client.SubscribeAsync(Okx.Trades("BTC-USDT"));
/// </code></example>
public static class Okx
{
    // A session that reconnects again and again logs in without waiting.
    private const int LoginReserve = 20;

    /// <summary>The account's balances.</summary>
    public static Topic Account { get; } = "account";

    /// <summary>Balances and positions, on events.</summary>
    public static Topic BalanceAndPosition { get; } = "balance_and_position";

    /// <summary>The account's fills.</summary>
    public static Topic Fills { get; } = "fills";

    /// <summary>Maintenance of the platform.</summary>
    public static Topic Status { get; } = "status";

    /// <summary>The public markets, as <see cref="ExchangeFactory"/> knows them: <c>okx-spot</c>, <c>okx-swap</c>.</summary>
    public static IReadOnlyList<Exchange> Exchanges { get; } =
    [
        Describe("okx-spot", symbol => $"{symbol.Base}-{symbol.Quote}"),
        Describe("okx-swap", symbol => $"{symbol.Base}-{symbol.Quote}-SWAP"),
    ];

    /// <summary>Last price and the day's figures.</summary>
    /// <param name="instrument">OKX's <c>instId</c>, such as <c>BTC-USDT</c> or <c>BTC-USDT-SWAP</c>.</param>
    public static Topic Ticker(string instrument) => OfInstrument("tickers", instrument);

    /// <summary>Trades; those of one taker order at one price are put together.</summary>
    /// <inheritdoc cref="Ticker" path="/param"/>
    public static Topic Trades(string instrument) => OfInstrument("trades", instrument);

    /// <summary>The order book. 400 levels come as a snapshot and updates that link by <c>prevSeqId</c>, the others as snapshots alone.</summary>
    /// <param name="instrument">OKX's <c>instId</c>, such as <c>BTC-USDT</c>.</param>
    /// <param name="depth">1, 5 or 400.</param>
    public static Topic OrderBook(string instrument, int depth = 400) => OfInstrument(
        depth switch
        {
            1 => "bbo-tbt",
            5 => "books5",
            400 => "books",
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "OKX has order books of 1, 5 and 400 levels."),
        },
        instrument);

    /// <summary>
    /// The order book of 400 levels, tick by tick; needs a login and a fee level. A connection that has it takes neither <c>books</c> nor
    /// <c>books50-l2-tbt</c> of the same instrument beside it (64004).
    /// </summary>
    /// <inheritdoc cref="Ticker" path="/param"/>
    public static Topic OrderBookTickByTick(string instrument) => OfInstrument("books-l2-tbt", instrument);

    /// <summary>
    /// The order book of 400 levels with the orders of retail price improvement: a level is its price, the whole size, the size without those orders, and the number of
    /// orders. Called <c>books-elp</c> until 2026-07 (https://www.okx.com/docs-v5/en/#order-book-trading-market-data, checked 2026-11-29).
    /// </summary>
    /// <inheritdoc cref="Ticker" path="/param"/>
    public static Topic OrderBookRpi(string instrument) => OfInstrument(OkxFacts.RpiBooks, instrument);

    /// <summary>Candlesticks, on <see cref="OkxStream.Business"/>.</summary>
    /// <param name="interval">OKX's word, such as <c>1m</c>, <c>1H</c>, <c>1D</c> or <c>1Dutc</c>.</param>
    /// <param name="instrument">OKX's <c>instId</c>, such as <c>BTC-USDT</c>.</param>
    public static Topic Candles(string interval, string instrument) => OfInstrument($"candle{interval}", instrument);

    /// <summary>The mark price.</summary>
    /// <inheritdoc cref="Ticker" path="/param"/>
    public static Topic MarkPrice(string instrument) => OfInstrument("mark-price", instrument);

    /// <summary>The funding rate of a swap.</summary>
    /// <inheritdoc cref="Ticker" path="/param"/>
    public static Topic FundingRate(string instrument) => OfInstrument("funding-rate", instrument);

    /// <summary>Instruments of a kind: new ones, ended ones, changed ones.</summary>
    /// <param name="instrumentType"><c>SPOT</c>, <c>MARGIN</c>, <c>SWAP</c>, <c>FUTURES</c> or <c>OPTION</c>.</param>
    public static Topic Instruments(string instrumentType) => Of("instruments", ("instType", instrumentType));

    /// <summary>Orders of the account.</summary>
    /// <param name="instrumentType"><c>SPOT</c>, <c>MARGIN</c>, <c>SWAP</c>, <c>FUTURES</c>, <c>OPTION</c> or <c>ANY</c>.</param>
    public static Topic Orders(string instrumentType = "ANY") => Of("orders", ("instType", instrumentType));

    /// <summary>Positions of the account.</summary>
    /// <inheritdoc cref="Orders" path="/param"/>
    public static Topic Positions(string instrumentType = "ANY") => Of("positions", ("instType", instrumentType));

    /// <summary>Any channel.</summary>
    /// <param name="channel">OKX's name of it.</param>
    /// <param name="fields">What else its <c>arg</c> holds, such as <c>("instFamily", "BTC-USD")</c>; in any order.</param>
    public static Topic Of(string channel, params (string Name, string Value)[] fields) => OkxTopic.Of(channel, fields);

    /// <summary>
    /// The options that suit a socket: its address, OKX's own ping every 20 s (it closes after 30 s of silence), at most 3 connection attempts a second, and at most 480
    /// subscribe, unsubscribe and login messages an hour: 240 at once, each with up to 300 topics, then one every 15 s, of which 20 are left to logins.
    /// Each connection begins with a full count.
    /// </summary>
    /// <param name="stream">Which socket.</param>
    /// <param name="name">The connection's name; null: <c>okx-</c> and the socket's.</param>
    /// <param name="host">Whose: that of the site which gave out the key.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such socket or host.</exception>
    public static WebSocketClientOptions CreateOptions(OkxStream stream, string? name = null, OkxHost host = OkxHost.Global)
    {
        if (!Enum.IsDefined(stream))
            throw new ArgumentOutOfRangeException(nameof(stream), stream, "OKX has no such stream.");
        var socket = stream.ToString().ToLowerInvariant();
        return new WebSocketClientOptions
        {
            Name = name ?? $"okx-{socket}",
            Url = new Uri($"wss://{OkxHosts.SocketOf(host)}:{OkxFacts.Port}{OkxFacts.Path}{socket}"),
            Heartbeat = new HeartbeatOptions { PingInterval = OkxFacts.LongestSilence * 2 / 3, PongTimeout = TimeSpan.FromSeconds(8), UseFramePing = false },
            Rates = new RateLimitOptions
            {
                ConnectionAttempts = new RateOptions { Limit = OkxFacts.ConnectsPerSecond - 1, Interval = TimeSpan.FromSeconds(1), Burst = 1 },
                Subscriptions = new RateOptions
                {
                    Limit = OkxFacts.SubscriptionsPerHour / 2,
                    Interval = TimeSpan.FromHours(1),
                    Burst = OkxFacts.SubscriptionsPerHour / 2,
                    Reserve = LoginReserve,
                },
                SubscriptionsPerConnection = true,
            },
        };
    }

    private static Topic OfInstrument(string channel, string instrument) => OkxTopic.Of(channel, ("instId", instrument));

    private static Exchange Describe(string name, Func<Symbol, string> nameOf) => new()
    {
        Name = name,
        CreateOptions = connection => CreateOptions(OkxStream.Public, connection),
        CreateHandler = _ => new OkxHandler(OkxStream.Public),
        NameOf = nameOf,
        TopicOf = (channel, instrument) => channel.Kind switch
        {
            ChannelKind.Trades => Trades(instrument),
            ChannelKind.Ticker => Ticker(instrument),
            ChannelKind.OrderBook => OrderBook(instrument, channel.DepthOf(name, 1, 5, 400)),
            _ => throw channel.Unsupported(name, $"candles are on the socket {OkxStream.Business}"),
        },
    };
}
