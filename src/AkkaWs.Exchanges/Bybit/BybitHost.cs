namespace AkkaWs.Exchanges;

/// <summary>
/// Bybit's hosts: an account is reached by that of the site where it was registered (https://bybit-exchange.github.io/docs/v5/ws/connect, seen 2026-11-29).
/// Accounts of the Netherlands and the UAE use <see cref="Global"/>.
/// </summary>
public enum BybitHost
{
    /// <summary><c>stream.bybit.com</c>.</summary>
    Global,

    /// <summary>The test network: <c>stream-testnet.bybit.com</c>.</summary>
    Testnet,

    /// <summary>Demo trading: <c>stream-demo.bybit.com</c>, <see cref="BybitStream.Private"/> alone. Public data are those of <see cref="Global"/>; orders go by REST.</summary>
    Demo,

    /// <summary>Accounts of bybit.tr.</summary>
    Turkey,

    /// <summary>Accounts of bybit.id.</summary>
    Indonesia,

    /// <summary>Accounts of bybit.kz.</summary>
    Kazakhstan,

    /// <summary>Accounts of bybitgeorgia.ge.</summary>
    Georgia,

    /// <summary>Accounts of manepa.jp.</summary>
    Japan,

    /// <summary>Accounts of bybit.eu: <c>stream.bybit.eu</c> for <see cref="BybitStream.Status"/>, <see cref="Global"/>'s for all else.</summary>
    Eu,
}
