namespace AkkaWs.Exchanges;

/// <summary>What Bybit's documents say.</summary>
internal static class BybitFacts
{
    [VenueFact("Accounts of the sites in Turkey, Indonesia, Kazakhstan, Georgia and Japan have hosts of their own; accounts of the EU, the Netherlands and the UAE use the global one", Documents.Connect, Documents.Checked)]
    public static IReadOnlyDictionary<BybitHost, string> Hosts { get; } = new Dictionary<BybitHost, string>
    {
        [BybitHost.Global] = "stream.bybit.com",
        [BybitHost.Testnet] = "stream-testnet.bybit.com",
        [BybitHost.Turkey] = "stream.bybit.tr",
        [BybitHost.Indonesia] = "stream.bybit.id",
        [BybitHost.Kazakhstan] = "stream.bybit.kz",
        [BybitHost.Georgia] = "stream.bybitgeorgia.ge",
        [BybitHost.Japan] = "stream.manepa.jp",
    };

    [VenueFact("Demo trading has private streams alone: public data are those of the global host, and orders go by REST", Documents.Demo, Documents.Checked)]
    public const string DemoHost = "stream-demo.bybit.com";

    [VenueFact("Accounts of the EU site hear of the system's status from a host of their own", Documents.Status, Documents.Checked)]
    public const string EuStatusHost = "stream.bybit.eu";

    [VenueFact("Each market, the private streams, order entry and the system's status have a path of their own", Documents.Connect, Documents.Checked)]
    public static IReadOnlyDictionary<BybitStream, string> Paths { get; } = new Dictionary<BybitStream, string>
    {
        [BybitStream.Spot] = "/v5/public/spot",
        [BybitStream.Linear] = "/v5/public/linear",
        [BybitStream.Inverse] = "/v5/public/inverse",
        [BybitStream.Option] = "/v5/public/option",
        [BybitStream.Spread] = "/v5/public/spread",
        [BybitStream.Status] = "/v5/public/misc/status",
        [BybitStream.Private] = "/v5/private",
        [BybitStream.Trade] = "/v5/trade",
    };

    [VenueFact("Order books of spot, linear and inverse markets have 1, 50, 200 or 1,000 levels; 500 is gone", Documents.Book, Documents.Checked)]
    public static IReadOnlyList<int> Depths { get; } = [1, 50, 200, 1_000];

    [VenueFact("Order books of options have 25 or 100 levels", Documents.Book, Documents.Checked)]
    public static IReadOnlyList<int> OptionDepths { get; } = [25, 100];

    [VenueFact("Order books of spreads have 25 levels", Documents.SpreadBook, Documents.Checked)]
    public static IReadOnlyList<int> SpreadDepths { get; } = [25];

    [VenueFact("A full book sends changes alone; one with the update id 1 begins it anew", Documents.FullBook, Documents.Checked)]
    public const long FirstUpdateId = 1;

    [VenueFact("A ping each 20 s keeps a connection alive", Documents.Connect, Documents.Checked)]
    public static TimeSpan PingInterval { get; } = TimeSpan.FromSeconds(20);

    [VenueFact("At most 500 connects in 5 minutes to a domain; more are answered with HTTP 403 for a while", Documents.RateLimit, Documents.Checked)]
    public const int MaxConnects = 500;

    [VenueFact("Connects are counted over 5 minutes", Documents.RateLimit, Documents.Checked)]
    public static TimeSpan ConnectWindow { get; } = TimeSpan.FromMinutes(5);

    [VenueFact("The arguments on a public connection have at most 21,000 characters, which is taken to mean those of one message", Documents.Connect, Documents.Checked)]
    public const int MaxArgumentCharacters = 21_000;

    [VenueFact("A subscribe message of the spot market names at most 10 topics", Documents.Connect, Documents.Checked)]
    public const int MaxSpotTopics = 10;

    [VenueFact("A connection for options takes at most 2,000 topics", Documents.Connect, Documents.Checked)]
    public const int MaxOptionTopics = 2_000;

    [VenueFact("An order is taken for 5 s after its timestamp, unless it says otherwise", Documents.TradeGuideline, Documents.Checked)]
    public const int ReceiveWindow = 5_000;

    [VenueFact("10016 is an internal error or a restart, 10000 a timeout of the server, and the codes of spot orders from 170001 timeouts and errors behind it: none of them says what became of the order", Documents.Error, Documents.Checked)]
    public static IReadOnlySet<string> OpenOutcomes { get; } = new HashSet<string>
    {
        "10000", "10016", "170001", "170007", "170032", "170035", "170146", "170147", "170234", "170310",
    };
}

/// <summary>Which documents, and when somebody last looked at them.</summary>
file static class Documents
{
    public const string Connect = "https://bybit-exchange.github.io/docs/v5/ws/connect";
    public const string Demo = "https://bybit-exchange.github.io/docs/v5/demo";
    public const string Status = "https://bybit-exchange.github.io/docs/v5/websocket/system/system-status";
    public const string Book = "https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook";
    public const string FullBook = "https://bybit-exchange.github.io/docs/v5/websocket/public/full-ob";
    public const string SpreadBook = "https://bybit-exchange.github.io/docs/v5/spread/websocket/public/orderbook";
    public const string TradeGuideline = "https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline";
    public const string RateLimit = "https://bybit-exchange.github.io/docs/v5/rate-limit";
    public const string Error = "https://bybit-exchange.github.io/docs/v5/error";
    public const string Checked = "2026-11-29";
}
