using System.Collections.Frozen;

namespace AkkaWs.Exchanges;

/// <summary>What OKX's API is: addresses, limits and rules, each with the document that says so and the day on which somebody last looked.</summary>
internal static class OkxFacts
{
    [VenueFact("Accounts of www.okx.com have their sockets at `ws.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string GlobalHost = "ws.okx.com";

    [VenueFact("Accounts of my.okx.com (EEA) have their sockets at `wseea.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string EeaHost = "wseea.okx.com";

    [VenueFact("Accounts of app.okx.com (US, Australia) have their sockets at `wsus.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string UsHost = "wsus.okx.com";

    [VenueFact("Demo trading of www.okx.com has its sockets at `wspap.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string GlobalDemoHost = "wspap.okx.com";

    [VenueFact("Demo trading of my.okx.com has its sockets at `wseeapap.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string EeaDemoHost = "wseeapap.okx.com";

    [VenueFact("Demo trading of app.okx.com has its sockets at `wsuspap.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string UsDemoHost = "wsuspap.okx.com";

    [VenueFact("All sockets listen on port 8443", Documents.Addresses, "2026-11-29")]
    public const int Port = 8443;

    [VenueFact("The sockets are `/ws/v5/public`, `/ws/v5/private` and `/ws/v5/business`", Documents.Addresses, "2026-11-29")]
    public const string Path = "/ws/v5/";

    [VenueFact("Accounts of www.okx.com have their REST API at `www.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string GlobalRestHost = "www.okx.com";

    [VenueFact("Accounts of my.okx.com have their REST API at `eea.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string EeaRestHost = "eea.okx.com";

    [VenueFact("Accounts of app.okx.com have their REST API at `us.okx.com`", Documents.Addresses, "2026-11-29")]
    public const string UsRestHost = "us.okx.com";

    [VenueFact("REST requests of demo trading have the header `x-simulated-trading: 1`", "https://www.okx.com/docs-v5/en/#overview-demo-trading-services", "2026-11-29")]
    public const string DemoHeader = "x-simulated-trading";

    [VenueFact("A key of another region is answered with 60032, \"API key doesn't exist\"", Documents.Addresses, "2026-11-29")]
    public static ReadOnlySpan<byte> UnknownKeyCode => "60032"u8;

    [VenueFact("An address may open 3 connections a second", Documents.Connecting, "2026-11-29")]
    public const int ConnectsPerSecond = 3;

    [VenueFact("A connection may send 480 subscribe, unsubscribe and login messages an hour", Documents.Connecting, "2026-11-29")]
    public const int SubscriptionsPerHour = 480;

    [VenueFact("A connection that carries nothing for 30 s is closed", Documents.Connecting, "2026-11-29")]
    public static TimeSpan LongestSilence => TimeSpan.FromSeconds(30);

    [VenueFact("All channels of a subscribe message have 64 KB", "https://www.okx.com/docs-v5/en/#overview-websocket-subscribe", "2026-11-29")]
    public const int MaxArgumentBytes = 64 * 1024;

    [VenueFact("The `id` of a request is at most 32 letters and digits", Documents.Orders, "2026-11-29")]
    public const int MaxRequestIdLength = 32;

    [VenueFact(
        "An order operation takes the number `instIdCode`, which each of the instruments has, and refuses the name `instId` alone with 50014 (since 2026-04-07)",
        Documents.Orders,
        "2026-11-29")]
    public static ReadOnlySpan<byte> InstrumentCode => "instIdCode"u8;

    [VenueFact("`GET /api/v5/public/instruments?instType=…` lists the instruments with their `instIdCode`", "https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments", "2026-11-29")]
    public const string InstrumentsPath = "/api/v5/public/instruments";

    [VenueFact(
        "Past 30 connections with one of the account's channels OKX confirms a subscription and then ends it by `channel-conn-count-error`",
        "https://www.okx.com/docs-v5/en/#overview-websocket-connection-count-limit",
        "2026-11-29")]
    public static ReadOnlySpan<byte> SubscriptionEnded => "channel-conn-count-error"u8;

    [VenueFact("Books are continuous by `seqId` and `prevSeqId`; their `checksum` is always 0 (since 2026-06-23)", Documents.Books, "2026-11-29")]
    public static ReadOnlySpan<byte> PreviousSequence => "\"prevSeqId\":"u8;

    [VenueFact("Several trades may have one `seqId`: what tells and orders them is `tradeId`", "https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel", "2026-11-29")]
    public static ReadOnlySpan<byte> TradeId => "\"tradeId\":"u8;

    [VenueFact(
        "A message of `trades` has those of one taker order at one price and of one `source`: the `tradeId` of the last, and their `count`; one of `trades-all` has one trade",
        "https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel",
        "2026-11-29")]
    public static ReadOnlySpan<byte> TradeCount => "\"count\":"u8;

    [VenueFact("Books with retail price improvement come by `books-rpi`, called `books-elp` until 2026-07", "OKX notice of 2026-06-01", "2026-11-29")]
    public const string RpiBooks = "books-rpi";

    [VenueFact(
        "The timeouts 50004, 51054 and 51149 tell neither success nor failure, and 50001, 50013 and 50026 (unavailable, busy, system error) do not say that nothing was done",
        "https://www.okx.com/docs-v5/en/#error-code",
        "2026-11-29")]
    public static FrozenSet<string> OpenOutcomes { get; } = FrozenSet.Create(StringComparer.Ordinal, "50001", "50004", "50013", "50026", "51054", "51149");

    [VenueFact("51001 means that there is no instrument of that name or number", "https://www.okx.com/docs-v5/en/#error-code", "2026-11-29")]
    public const string NoSuchInstrument = "51001";

    [VenueFact("The notice 64008 comes before a service upgrade closes the connection", Documents.Connecting, "2026-11-29")]
    public static ReadOnlySpan<byte> UpgradeNotice => "64008"u8;
}

file static class Documents
{
    public const string Addresses = "https://www.okx.com/docs-v5/en/#overview-production-trading-services";
    public const string Connecting = "https://www.okx.com/docs-v5/en/#overview-websocket-connect";
    public const string Orders = "https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-place-order";
    public const string Books = "https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel";
}
