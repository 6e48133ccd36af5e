namespace AkkaWs.Exchanges;

/// <summary>
/// The paths that Binance divides its USDⓈ-margined futures among: a connection brings the streams of its own route alone. A stream of another is
/// confirmed and never comes, which is why <see cref="BinanceStreamsHandler"/> refuses it.
/// </summary>
/// <remarks>
/// https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Important-WebSocket-Change-Notice, in force since
/// 2026-04-23, checked 2026-11-29.
/// </remarks>
public enum BinanceRoute
{
    /// <summary><c>/public</c>: best prices, order books, each trade.</summary>
    Public = 1,

    /// <summary><c>/market</c>: trades put together, candles, mark prices, tickers, liquidations, contracts, indices.</summary>
    Market,

    /// <summary><c>/private</c>: the account's events, by a listen key.</summary>
    Private,
}
