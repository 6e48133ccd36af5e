namespace AkkaWs.Exchanges;

/// <summary>Bybit's sockets (https://bybit-exchange.github.io/docs/v5/ws/connect).</summary>
public enum BybitStream
{
    /// <summary>Public, spot: at most 10 topics a message.</summary>
    Spot,

    /// <summary>Public, USDT and USDC contracts.</summary>
    Linear,

    /// <summary>Public, inverse contracts.</summary>
    Inverse,

    /// <summary>Public, options: subscriptions are answered topic by topic.</summary>
    Option,

    /// <summary>Private: orders, executions, positions, wallet. Needs a login.</summary>
    Private,

    /// <summary>Order entry: requests and their responses. Needs a login.</summary>
    Trade,

    /// <summary>Public, spreads: subscriptions are answered topic by topic.</summary>
    Spread,

    /// <summary>Public, maintenance and incidents of the system: <see cref="Bybit.SystemStatus"/>.</summary>
    Status,
}
