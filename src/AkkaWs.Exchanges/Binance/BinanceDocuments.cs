namespace AkkaWs.Exchanges;

/// <summary>Where Binance says what <see cref="BinanceFacts"/> repeats.</summary>
internal static class BinanceDocuments
{
    /// <summary>The day of the last look.</summary>
    public const string Checked = "2026-11-29";

    public const string SpotStreams = "https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md";
    public const string SpotApi = "https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md";
    public const string SpotErrors = "https://github.com/binance/binance-spot-api-docs/blob/master/errors.md";
    public const string Demo = "https://github.com/binance/binance-spot-api-docs/blob/master/demo-mode/general-info.md";
    public const string Margin = "https://developers.binance.com/docs/margin_trading/trade-data-stream";
    public const string FuturesStreams = Futures + "/websocket-market-streams";
    public const string FuturesGeneral = Futures + "/general-info";
    public const string FuturesApi = Futures + "/websocket-api-general-info";
    public const string FuturesAccount = Futures + "/user-data-streams";
    public const string Routes = FuturesStreams + "/Important-WebSocket-Change-Notice";

    private const string Futures = "https://developers.binance.com/docs/derivatives/usds-margined-futures";
}
