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

    /// <summary>
    /// Whether the issuers are asked if the server's certificate was revoked. <see cref="TlsRevocation.Online"/> has a price: the handshake waits for the
    /// answers on a thread of the pool, for each certificate up to <c>connect-timeout</c>, at most 15 s; whoever answers learns to whom we connect; and an
    /// issuer that cannot be reached keeps the connection out (class <c>Tls</c>, retried slowly). On Linux nobody is asked about a chain that is not
    /// trusted; Windows may ask about that, too, where the certificate itself says. HOCON: <c>tls.revocation</c>. Default:
    /// <see cref="TlsRevocation.Off"/>.
    /// </summary>
    public TlsRevocation Revocation { get; init; } = TlsRevocation.Off;
}
