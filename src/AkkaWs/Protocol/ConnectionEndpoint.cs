namespace AkkaWs.Protocol;

/// <summary>Where one attempt connects, and with which request headers.</summary>
/// <param name="Url">The URL; the options' rules hold for it too.</param>
/// <param name="Headers">The headers of the upgrade; their values are never logged.</param>
public sealed record ConnectionEndpoint(Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Scheme, host and path; never the query or the headers, which may be secret.</summary>
    public override string ToString() => Url.GetLeftPart(UriPartial.Path);
}
