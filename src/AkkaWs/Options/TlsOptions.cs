namespace AkkaWs.Options;

/// <summary>What is demanded of the server's certificate beside the operating system's rules.</summary>
public sealed record TlsOptions
{
    /// <summary>
    /// Public keys of which the server's certificate, or one above it in a trusted chain, must have one: base64 of the SHA-256 of each key's
    /// SubjectPublicKeyInfo (RFC 7469 section 2.4). Pins narrow what is trusted; they make no certificate good that is refused without them. Where a
    /// validation in code accepts an untrusted chain, the server's own certificate alone counts. A pin that the venue's next key does not match keeps
    /// the connection out: pin a spare key or the issuer's too. HOCON: <c>tls.pinned-sha256</c>. Default: none, every key is accepted.
    /// </summary>
    public IReadOnlyList<string> PinnedSha256 { get; init; } = [];
}
