namespace AkkaWs.Exchanges;

/// <summary>OKX's sockets (https://www.okx.com/docs-v5/en/#overview-websocket-connect).</summary>
public enum OkxStream
{
    /// <summary>Tickers, trades, order books, and other public channels.</summary>
    Public,

    /// <summary>Orders, positions, account, and order entry. Needs a login.</summary>
    Private,

    /// <summary>Candlesticks, algo orders, deposits and withdrawals; some of its channels need a login.</summary>
    Business,
}
