namespace AkkaWs.Testing;

/// <summary>Whose conversation an <see cref="ExchangeSimulator"/> speaks.</summary>
public enum ExchangeVenue
{
    /// <summary>Bybit v5: public, private and trade sockets.</summary>
    Bybit,

    /// <summary>OKX v5: public and private sockets. Its topics are named <c>channel?field=value&amp;…</c>, fields in alphabetical order.</summary>
    Okx,

    /// <summary>
    /// Binance: combined streams, limited to 1,024 and 5 messages a second, and on the path <c>/ws-api/v3</c> the WebSocket API; the account's events are the topic <c>userData</c>.
    /// </summary>
    Binance,

    /// <summary>Deribit: JSON-RPC, with logins that are renewed and heartbeats that must be answered.</summary>
    Deribit,
}
