namespace AkkaWs.Exchanges;

/// <summary>Where a <see cref="BinanceStreamsHandler"/> gets the listen key of the account's events from: asked for on each connect.</summary>
public interface IListenKeySource
{
    /// <summary>Gets a key that is valid now and kept alive.</summary>
    /// <param name="cancellationToken">Ends with the deadline of the connecting.</param>
    ValueTask<string> GetAsync(CancellationToken cancellationToken);
}
