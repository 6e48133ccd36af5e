namespace AkkaWs.Exchanges;

/// <summary>Binance's markets, each with addresses and limits of its own.</summary>
public enum BinanceMarket
{
    /// <summary>Spot (https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams): 5 messages a second.</summary>
    Spot,

    /// <summary>USDⓈ-margined futures: 10 messages a second.</summary>
    UsdMargined,

    /// <summary>Coin-margined futures: 10 messages a second.</summary>
    CoinMargined,
}
