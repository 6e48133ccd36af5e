namespace AkkaWs.Testing;

/// <summary>Whose conversation an <see cref="ExchangeSimulator"/> speaks.</summary>
public enum ExchangeVenue
{
    /// <summary>Bybit v5: public, private and trade sockets.</summary>
    Bybit,

    /// <summary>OKX v5: public and private sockets. Its topics are named <c>channel?field=value&amp;…</c>, fields in alphabetical order.</summary>
    Okx,

    /// <summary>
    /// Binance's spot market: combined streams, limited to 1,024 and 5 messages a second, and on the path <c>/ws-api/v3</c> the WebSocket API; the account's events are the topic <c>userData</c>.
    /// Its coin-margined futures have no routes either: their streams come here, too.
    /// </summary>
    Binance,

    /// <summary>Deribit: JSON-RPC, with logins that are renewed and heartbeats that must be answered.</summary>
    Deribit,

    /// <summary>
    /// Binance's USDⓈ-margined futures: combined streams on the routes <c>/public</c>, <c>/market</c> and <c>/private</c>, limited to 1,024 and 10 messages a
    /// second, and on the path <c>/ws-fapi/v1</c> the WebSocket API. A connection gets the streams of its route alone: those of another are confirmed and stay
    /// silent. Without a route in the path it is that of <c>/public</c>. The account's events are the topics <c>LISTENKEY@EVENT</c>, which the address of
    /// <c>/private</c> subscribes (<c>?listenKey=…&amp;events=A/B</c>); any key is taken.
    /// </summary>
    BinanceUsdMargined,
}
