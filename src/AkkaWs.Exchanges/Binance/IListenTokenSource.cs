namespace AkkaWs.Exchanges;

/// <summary>Where a <see cref="BinanceApiHandler"/> gets the listen token of a margin account's events from: asked for on each connect.</summary>
public interface IListenTokenSource
{
    /// <summary>
    /// Gets a token that is valid now. Binance ends the events when it is over, at the latest after a day; the connection is then made anew with another.
    /// </summary>
    /// <param name="cancellationToken">Ends with the deadline of the connecting.</param>
    ValueTask<string> GetAsync(CancellationToken cancellationToken);
}
