namespace AkkaWs.Testing;

/// <summary>
/// A public topic of Bybit v5: <c>orderbook.{1|50|200|500|1000}.SYMBOL</c> (options: 25 and 100), <c>publicTrade.SYMBOL</c>, <c>tickers.SYMBOL</c>, <c>kline.{interval}.SYMBOL</c>
/// (https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook and its neighbours).
/// </summary>
internal sealed record BybitTopic(string Channel, string Argument, string Symbol)
{
    private static readonly string[] Depths = ["1", "25", "50", "100", "200", "500", "1000"];
    private static readonly string[] Private = ["order", "execution", "execution.fast", "wallet", "position"];

    internal static bool IsPrivate(string topic) => Private.Contains(topic);

    internal static BybitTopic? Parse(string topic) => topic.Split('.') switch
    {
        ["orderbook", var depth, var symbol] when Depths.Contains(depth) => new("orderbook", depth, symbol),
        ["publicTrade", var symbol] => new("publicTrade", "", symbol),
        ["tickers", var symbol] => new("tickers", "", symbol),
        ["kline", var interval, var symbol] when CandleInterval.Find(interval) is not null => new("kline", interval, symbol),
        _ => null,
    };
}
