namespace AkkaWs.Exchanges;

/// <summary>Which of Binance's systems: each has accounts and keys of its own. Configuration binds it by name, as it does any enumeration.</summary>
/// <example><code>
/// var host = configuration.GetValue("Binance:Host", BinanceHost.Live); // "Binance": { "Host": "Demo" }
/// var options = Binance.CreateOptions(BinanceMarket.Spot, host: host);
/// </code></example>
public enum BinanceHost
{
    /// <summary>Real money.</summary>
    Live,

    /// <summary>
    /// Demo trading: the real market's prices, and money that is none (https://github.com/binance/binance-spot-api-docs/blob/master/demo-mode/general-info.md).
    /// </summary>
    Demo,

    /// <summary>The test network, with a market of its own.</summary>
    Testnet,
}
