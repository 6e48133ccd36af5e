namespace AkkaWs.Exchanges;

/// <summary>What Deribit's documents say.</summary>
internal static class DeribitFacts
{
    [VenueFact("JSON-RPC over WebSocket is at www.deribit.com, in one place for all kinds of instruments", Documents.Overview, Documents.Checked)]
    public const string Host = "www.deribit.com";

    [VenueFact("The test system is apart, with accounts and keys of its own", Documents.Overview, Documents.Checked)]
    public const string TestHost = "test.deribit.com";

    [VenueFact("Production and the test system have the same path", Documents.Overview, Documents.Checked)]
    public const string Path = "/ws/api/v2";

    [VenueFact("10,000 credits a second come back; a call without credits is answered with 10028 and ends the session", Documents.RateLimits, Documents.Checked)]
    public const int CreditsPerSecond = 10_000;

    [VenueFact("A subscribe message costs 3,000 credits, so that 10 in 3 s are sustained", Documents.RateLimits, Documents.Checked)]
    public const int SubscribeCost = 3_000;

    [VenueFact("There are 30,000 credits for subscribe messages, so that 10 may come at once", Documents.RateLimits, Documents.Checked)]
    public const int SubscribeCredits = 30_000;

    [VenueFact("A call that is neither a subscription nor for the matching engine costs 500 credits, so that 20 a second are sustained. `public/get_instruments` and `private/get_transaction_log` cost 10,000 and have limits of their own: 50 and 8 at once, 1 a second", Documents.RateLimits, Documents.Checked)]
    public const int CallCost = 500;

    [VenueFact("There are 50,000 credits for such calls, so that 100 may come at once", Documents.RateLimits, Documents.Checked)]
    public const int CallCredits = 50_000;

    [VenueFact("Orders, changes and cancels go to the matching engine: 5 a second are sustained on the lowest tier (Tier 4, up to USD 1 million in 7 days), 30 on the highest (Tier 1)", Documents.RateLimits, Documents.Checked)]
    public const int OrdersPerSecond = 5;

    [VenueFact("20 calls to the matching engine may come at once on the lowest tier (Tier 4), 100 on the highest (Tier 1)", Documents.RateLimits, Documents.Checked)]
    public const int MaxOrdersAtOnce = 20;

    [VenueFact("These methods go to the matching engine; mass quotes and `private/move_positions` (6 at once, 6 a minute) have limits of their own", Documents.RateLimits, Documents.Checked)]
    public static IReadOnlyList<string> OrderMethods { get; } =
    [
        "private/buy", "private/sell", "private/edit", "private/edit_by_label", "private/cancel", "private/cancel_by_label", "private/cancel_all",
        "private/cancel_all_by_currency", "private/cancel_all_by_currency_pair", "private/cancel_all_by_instrument", "private/cancel_all_by_kind_or_type",
        "private/cancel_quotes", "private/close_position", "private/verify_block_trade", "private/execute_block_trade", "private/move_positions",
        "private/add_block_rfq_quote", "private/edit_block_rfq_quote", "private/cancel_block_rfq_quote", "private/cancel_all_block_rfq_quotes",
    ];

    [VenueFact("A heartbeat each 10 s or more has the venue ask whether the client is there; an unanswered question ends the session", Documents.Heartbeat, Documents.Checked)]
    public const int HeartbeatSeconds = 30;

    [VenueFact("A frame of more than 32 kB is refused (-32600, request entity too large)", Documents.Errors, Documents.Checked)]
    public const int MaxFrameBytes = 32_000;

    [VenueFact("Grouped order books have 1, 10 or 20 levels", Documents.GroupedBook, Documents.Checked)]
    public static IReadOnlyList<int> Depths { get; } = [1, 10, 20];

    [VenueFact("Prices of grouped order books are rounded to groups, for ETH of a hundredth of the number, or not (none)", Documents.GroupedBook, Documents.Checked)]
    public static IReadOnlyList<string> Groups { get; } = ["none", "1", "2", "5", "10", "25", "100", "250"];

    [VenueFact("Notifications come as they happen (raw, after a login alone: 13778), each 100 ms, or about each second (agg2)", Documents.GroupedBook, Documents.Checked)]
    public static IReadOnlyList<string> Intervals { get; } = ["raw", "100ms", "agg2"];

    [VenueFact("Candles are of minutes, or of a day (1D)", Documents.Chart, Documents.Checked)]
    public static IReadOnlyDictionary<int, string> Resolutions { get; } = new Dictionary<int, string>
    {
        [1] = "1",
        [3] = "3",
        [5] = "5",
        [10] = "10",
        [15] = "15",
        [30] = "30",
        [60] = "60",
        [120] = "120",
        [180] = "180",
        [360] = "360",
        [720] = "720",
        [1_440] = "1D",
    };

    [VenueFact("10001 is a failure of no known kind, 11094 an unhandled one, 13028 a service that takes too long, -32603 an internal error: none of them says what became of the order. 13888 (timed_out) and 10040 (retry) say that it was not processed", Documents.Errors, Documents.Checked)]
    public static IReadOnlySet<string> OpenOutcomes { get; } = new HashSet<string> { "10001", "11094", "13028", "-32603" };
}

/// <summary>Which documents, and when somebody last looked at them.</summary>
file static class Documents
{
    public const string RateLimits = "https://docs.deribit.com/articles/rate-limits";
    public const string Errors = "https://docs.deribit.com/#rpc-error-codes";
    public const string Overview = "https://docs.deribit.com/";
    public const string Heartbeat = "https://docs.deribit.com/api-reference/session-management/public-set_heartbeat";
    public const string GroupedBook = "https://docs.deribit.com/subscriptions/orderbook/bookinstrument_namegroupdepthinterval";
    public const string Chart = "https://docs.deribit.com/subscriptions/market-data/charttradesinstrument_nameresolution";
    public const string Checked = "2026-11-29";
}
