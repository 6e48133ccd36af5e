using static AkkaWs.Exchanges.BinanceDocuments;

namespace AkkaWs.Exchanges;

/// <summary>Binance's limits, paths and rules, each with where Binance says so: the one place that the handlers and options take them from.</summary>
internal static class BinanceFacts
{
    [VenueFact("A connection takes at most 1,024 streams", SpotStreams, Checked)]
    public const int MaxStreams = 1_024;

    [VenueFact("Spot takes 5 messages a second on a connection, pings and pongs among them", SpotStreams, Checked)]
    public const int SpotMessagesPerSecond = 5;

    [VenueFact("Futures take 10 messages a second on a connection, pings and pongs among them", FuturesStreams, Checked)]
    public const int FuturesMessagesPerSecond = 10;

    [VenueFact("An address may connect 300 times in 5 minutes", SpotStreams, Checked)]
    public const int ConnectionAttempts = 300;

    [VenueFact("A larger message of a client's is ignored", SpotStreams, Checked)]
    public const int MaxMessageBytes = 4_096;

    [VenueFact("A close with 1008 means too many messages or a missing pong", SpotStreams, Checked)]
    public const int TooManyMessages = 1008;

    [VenueFact("HTTP 403 is the firewall's answer to too many requests", SpotApi, Checked)]
    public const int Firewall = 403;

    [VenueFact("HTTP 418 is a ban for too many requests", SpotApi, Checked)]
    public const int Ban = 418;

    [VenueFact("A status of 500 and above leaves the outcome open", SpotApi, Checked)]
    public const int FirstOpenStatus = 500;

    [VenueFact("A status of 409 means that a part was done and a part was not", SpotApi, Checked)]
    public const int PartlyDone = 409;

    [VenueFact("-1006, an unexpected response from the message bus, leaves the outcome open", SpotErrors, Checked)]
    public const string UnexpectedResponse = "-1006";

    [VenueFact("-1007, a timeout of the backend, leaves the outcome open", SpotErrors, Checked)]
    public const string BackendTimeout = "-1007";

    [VenueFact("-1008 of futures refuses: 100% failure, by a protection of the system that lets orders pass which reduce a position", FuturesGeneral, Checked)]
    public const string Throttled = "-1008";

    [VenueFact("A status of 503 refuses on futures where the words are those of an unavailable service: 100% failure", FuturesGeneral, Checked)]
    public const int Unavailable = 503;

    [VenueFact("The words of a 503 of futures that is a failure; those that begin with `Unknown error` leave the outcome open", FuturesGeneral, Checked)]
    public const string UnavailableWords = "Service Unavailable";

    [VenueFact("The event that tells the end of a listen key, where the address asks for it", FuturesAccount, Checked)]
    public const string ListenKeyExpired = "listenKeyExpired";

    [VenueFact("A keep-alive that is answered with -1125 wants a new listen key: this one does not exist", FuturesAccount, Checked)]
    public const string NoSuchListenKey = "-1125";

    [VenueFact("Requests over HTTP carry the key in this header", SpotApi, Checked)]
    public const string KeyHeader = "X-MBX-APIKEY";

    [VenueFact("A listen key has 64 letters and digits", FuturesAccount, Checked)]
    public const int ListenKeyLength = 64;

    [VenueFact("A connection ends after 24 hours", SpotStreams, Checked)]
    public static TimeSpan ConnectionLifetime { get; } = TimeSpan.FromHours(24);

    [VenueFact("Connects of an address are counted over 5 minutes", SpotStreams, Checked)]
    public static TimeSpan ConnectionAttemptsInterval { get; } = TimeSpan.FromMinutes(5);

    [VenueFact("A listen key ends 60 minutes after it was last kept alive", FuturesAccount, Checked)]
    public static TimeSpan ListenKeyLifetime { get; } = TimeSpan.FromMinutes(60);

    [VenueFact("A partial order book has 5, 10 or 20 levels", SpotStreams, Checked)]
    public static IReadOnlyList<int> PartialBookDepths { get; } = [5, 10, 20];

    [VenueFact("Combined streams are at /stream, behind the route where there is one", Routes, Checked)]
    public const string StreamsPath = "/stream";

    [VenueFact("Best prices, books and each trade of USDⓈ-margined futures come on /public alone", Routes, Checked)]
    public const string PublicPath = "/public";

    [VenueFact("Other market data of USDⓈ-margined futures come on /market alone", Routes, Checked)]
    public const string MarketPath = "/market";

    [VenueFact("The account's events of USDⓈ-margined futures come on /private alone, by a listen key in the query", Routes, Checked)]
    public const string PrivatePath = "/private";

    [VenueFact("Streams of USDⓈ-margined futures on /public", Routes, Checked)]
    public static IReadOnlyList<string> PublicStreams { get; } = ["bookTicker", "depth", "rpiDepth", "trade"];

    [VenueFact("Streams of USDⓈ-margined futures on /market", Routes, Checked)]
    public static IReadOnlyList<string> MarketStreams { get; } =
    [
        "aggTrade", "kline", "continuousKline", "markPrice", "ticker", "miniTicker", "forceOrder", "contractInfo", "compositeIndex", "assetIndex",
    ];

    [VenueFact("The account's events that /private brings where the address names them (events=A/B)", FuturesAccount, Checked)]
    public static IReadOnlyList<string> AccountEvents { get; } =
    [
        "ACCOUNT_UPDATE", "MARGIN_CALL", "ORDER_TRADE_UPDATE", "TRADE_LITE", "ACCOUNT_CONFIG_UPDATE", "STRATEGY_UPDATE", "GRID_UPDATE",
        "CONDITIONAL_ORDER_TRIGGER_REJECT", "ALGO_UPDATE", ListenKeyExpired,
    ];

    [VenueFact("The streams of the live system", FuturesStreams, Checked)]
    public static BinanceAddresses LiveStreams { get; } = new("wss://stream.binance.com:9443", "wss://fstream.binance.com", "wss://dstream.binance.com");

    [VenueFact("The streams of demo trading", Demo, Checked)]
    public static BinanceAddresses DemoStreams { get; } = new(
        "wss://demo-stream.binance.com:9443", "wss://demo-fstream.binance.com", "wss://demo-dstream.binance.com");

    [VenueFact("The streams of the test network", FuturesStreams, Checked)]
    public static BinanceAddresses TestnetStreams { get; } = new(
        "wss://stream.testnet.binance.vision", "wss://fstream.binancefuture.com", "wss://dstream.binancefuture.com");

    [VenueFact("The WebSocket API of the live system", FuturesApi, Checked)]
    public static BinanceAddresses LiveApi { get; } = new(
        "wss://ws-api.binance.com:443/ws-api/v3", "wss://ws-fapi.binance.com/ws-fapi/v1", "wss://ws-dapi.binance.com/ws-dapi/v1");

    [VenueFact("The WebSocket API of demo trading, which is that of spot alone", Demo, Checked)]
    public static BinanceAddresses DemoApi { get; } = new("wss://demo-ws-api.binance.com/ws-api/v3", null, null);

    [VenueFact("The WebSocket API of the test network", FuturesApi, Checked)]
    public static BinanceAddresses TestnetApi { get; } = new(
        "wss://ws-api.testnet.binance.vision/ws-api/v3", "wss://testnet.binancefuture.com/ws-fapi/v1", "wss://testnet.binancefuture.com/ws-dapi/v1");

    [VenueFact("Where the live system gives listen keys, which spot has no more", FuturesAccount, Checked)]
    public static BinanceAddresses LiveListenKeys { get; } = new(
        null, "https://fapi.binance.com/fapi/v1/listenKey", "https://dapi.binance.com/dapi/v1/listenKey");

    [VenueFact("Where demo trading gives listen keys", FuturesAccount, Checked)]
    public static BinanceAddresses DemoListenKeys { get; } = new(
        null, "https://demo-fapi.binance.com/fapi/v1/listenKey", "https://demo-dapi.binance.com/dapi/v1/listenKey");

    [VenueFact("Where the test network gives listen keys", FuturesAccount, Checked)]
    public static BinanceAddresses TestnetListenKeys { get; } = new(
        null, "https://testnet.binancefuture.com/fapi/v1/listenKey", "https://testnet.binancefuture.com/dapi/v1/listenKey");

    [VenueFact("Where margin accounts get listen tokens, which last a day at most", Margin, Checked)]
    public static string ListenTokens { get; } = "https://api.binance.com/sapi/v1/userListenToken";
}
