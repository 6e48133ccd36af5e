using Microsoft.AspNetCore.Http.Features;

namespace AkkaWs.Testing;

/// <summary>Puts a <see cref="TransportStream"/> between Kestrel's upgraded connection and the WebSocket made from it.</summary>
internal sealed class TransportUpgrade(IHttpUpgradeFeature inner) : IHttpUpgradeFeature
{
    internal Func<Stream, TransportStream>? Wrap { get; set; }

    internal TransportStream? Stream { get; private set; }

    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await inner.UpgradeAsync().ConfigureAwait(false);
        return Wrap is { } wrap ? Stream = wrap(stream) : stream;
    }
}
