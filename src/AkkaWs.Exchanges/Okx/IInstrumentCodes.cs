namespace AkkaWs.Exchanges;

/// <summary>
/// Where an <see cref="OkxHandler"/> gets the number (<c>instIdCode</c>) of an instrument from, by which OKX takes orders: <see cref="OkxInstrumentCodes"/> asks OKX over HTTP,
/// <see cref="OkxChannelCodes"/> listens to its channel of instruments, and yours may know them from elsewhere. Several connections may share one.
/// </summary>
public interface IInstrumentCodes
{
    /// <summary>
    /// Gets the numbers ready: awaited before each connect, within <c>ConnectTimeout</c>. An attempt to connect fails with what it throws. Default: nothing to do.
    /// </summary>
    /// <param name="cancellationToken">Ends with the deadline of the connecting.</param>
    ValueTask LoadAsync(CancellationToken cancellationToken) => default;

    /// <summary>The number of an instrument; null if it is not known. Called for each order, on the connection's actor: it must be quick and safe to call from any thread.</summary>
    /// <param name="instrument">OKX's <c>instId</c>, such as <c>BTC-USDT</c>.</param>
    long? Find(string instrument);

    /// <summary>
    /// OKX knows no instrument by a number that an order named (51001): what is known may be of yesterday, and is to be got anew in the background. Called on the connection's
    /// actor, perhaps for each order: it must be quick, safe to call from any thread, and sparing with what it asks. Default: nothing to do.
    /// </summary>
    void Refresh()
    {
    }
}
