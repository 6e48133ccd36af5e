namespace AkkaWs.Options;

/// <summary>Whether it is asked in the handshake if the server's certificate was revoked.</summary>
public enum TlsRevocation
{
    /// <summary>Nobody is asked. In HOCON <c>off</c>.</summary>
    Off,

    /// <summary>
    /// The issuers' lists and responders (CRL, OCSP) that the certificates name are asked. In HOCON <c>online</c>. One that does not answer makes the
    /// certificate refused, like a revoked one.
    /// </summary>
    Online,
}
