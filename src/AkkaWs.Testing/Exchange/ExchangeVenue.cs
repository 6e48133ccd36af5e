namespace AkkaWs.Testing;

/// <summary>Whose conversation an <see cref="ExchangeSimulator"/> speaks.</summary>
public enum ExchangeVenue
{
    /// <summary>Bybit v5: public, private and trade sockets.</summary>
    Bybit,

    /// <summary>OKX v5: public and private sockets. Its topics are named <c>channel?field=value&amp;…</c>, fields in alphabetical order.</summary>
    Okx,
}
