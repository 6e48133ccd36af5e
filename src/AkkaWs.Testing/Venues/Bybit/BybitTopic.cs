namespace AkkaWs.Testing;

/// <summary>
/// A public topic of Bybit v5: <c>orderbook.{1|50|200|1000}.SYMBOL</c> (options: 25 and 100, spreads: 25), <c>orderbook.full.SYMBOL</c> and <c>orderbook.rpi.SYMBOL</c>, <c>publicTrade.SYMBOL</c>,
/// <c>tickers.SYMBOL</c>, <c>kline.{interval}.SYMBOL</c> (https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook and its neighbours).
/// </summary>
internal sealed record BybitTopic(string Channel, string Argument, string Symbol)
{
    /// <summary>The argument of a book that sends all levels.</summary>
    internal const string Full = "full";

    /// <summary>The argument of a book with retail orders.</summary>
    internal const string Rpi = "rpi";

    /// <summary>What the socket for the system's status alone has.</summary>
    internal const string SystemStatus = "system.status";

    private static readonly string[] Books = ["1", "50", "200", "1000", Full, Rpi];
    private static readonly string[] OptionBooks = ["25", "100"];
    private static readonly string[] SpreadBooks = ["25"];
    private static readonly string[] Private = ["order", "execution", "execution.fast", "wallet", "position"];

    internal static bool IsPrivate(string topic) => Private.Contains(topic);

    /// <summary>Null where the socket has no such topic; the sockets that are not public have those of all markets.</summary>
    internal static BybitTopic? Parse(string topic, string path) => Parse(topic) is { } parsed && (parsed.Channel != "orderbook" || BooksOf(path).Contains(parsed.Argument)) ? parsed : null;

    /// <summary>Null where no socket has such a topic.</summary>
    internal static BybitTopic? Parse(string topic) => topic.Split('.') switch
    {
        ["orderbook", var book, var symbol] when Books.Contains(book) || OptionBooks.Contains(book) => new("orderbook", book, symbol),
        ["publicTrade", var symbol] => new("publicTrade", "", symbol),
        ["tickers", var symbol] => new("tickers", "", symbol),
        ["kline", var interval, var symbol] when CandleInterval.Find(interval) is not null => new("kline", interval, symbol),
        _ => null,
    };

    private static string[] BooksOf(string path) =>
        path.EndsWith("/option", StringComparison.Ordinal) ? OptionBooks
        : path.EndsWith("/spread", StringComparison.Ordinal) ? SpreadBooks
        : path.Contains("/public/", StringComparison.Ordinal) ? Books
        : [.. Books, .. OptionBooks];
}
