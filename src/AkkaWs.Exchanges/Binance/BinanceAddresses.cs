namespace AkkaWs.Exchanges;

/// <summary>An address for each market; null where there is none.</summary>
internal sealed record BinanceAddresses(string? Spot, string? UsdMargined, string? CoinMargined)
{
    /// <summary>The addresses of one of Binance's systems.</summary>
    public static BinanceAddresses Of(BinanceHost host, BinanceAddresses live, BinanceAddresses demo, BinanceAddresses testnet) => host switch
    {
        BinanceHost.Live => live,
        BinanceHost.Demo => demo,
        BinanceHost.Testnet => testnet,
        _ => throw new ArgumentOutOfRangeException(nameof(host), host, "Binance has no such system."),
    };

    public string? Of(BinanceMarket market) => market switch
    {
        BinanceMarket.Spot => Spot,
        BinanceMarket.UsdMargined => UsdMargined,
        BinanceMarket.CoinMargined => CoinMargined,
        _ => throw new ArgumentOutOfRangeException(nameof(market), market, "Binance has no such market."),
    };
}
