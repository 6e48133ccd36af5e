using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

/// <summary>Where one attempt connects, and with which request headers.</summary>
/// <param name="Url">The URL; the options' rules hold for it too.</param>
/// <param name="Headers">The headers of the upgrade; their values are shown nowhere.</param>
public sealed record ConnectionEndpoint(Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Scheme, host, port, and the path without what may be a key; never the query or the headers.</summary>
    public override string ToString() => Redactor.Url(Url);
}
