namespace AkkaWs.Wire;

/// <summary>
/// Why a connection ended. Sources: RFC 6455, section 7.4, and IANA's WebSocket Close Code Number registry.
/// Codes 3000–4999 belong to libraries and applications and are carried as their number.
/// </summary>
#pragma warning disable CA1008, CA1028 // The wire's own values: 16 bits, and zero is not a close code.
public enum CloseCode : ushort
#pragma warning restore CA1008, CA1028
{
    /// <summary>1000: the purpose of the connection is fulfilled.</summary>
    NormalClosure = 1000,

    /// <summary>1001: the server shuts down, or the client leaves.</summary>
    GoingAway = 1001,

    /// <summary>1002: the other side broke RFC 6455.</summary>
    ProtocolError = 1002,

    /// <summary>1003: a message of a type that cannot be accepted.</summary>
    UnsupportedData = 1003,

    /// <summary>1005: the close frame carried no code. Never sent.</summary>
    NoStatusReceived = 1005,

    /// <summary>1006: the connection ended without a close frame. Never sent.</summary>
    AbnormalClosure = 1006,

    /// <summary>1007: a text message is not UTF-8.</summary>
    InvalidPayload = 1007,

    /// <summary>1008: a policy was violated; exchanges use it for rate limits and failed logins.</summary>
    PolicyViolation = 1008,

    /// <summary>1009: a message is larger than the receiver accepts.</summary>
    MessageTooBig = 1009,

    /// <summary>1010: the server did not negotiate an extension that the client needs.</summary>
    MandatoryExtension = 1010,

    /// <summary>1011: the server met an unexpected condition.</summary>
    InternalError = 1011,

    /// <summary>1012: the service restarts.</summary>
    ServiceRestart = 1012,

    /// <summary>1013: the server is overloaded; try again later.</summary>
    TryAgainLater = 1013,

    /// <summary>1014: a gateway got an invalid answer from upstream.</summary>
    BadGateway = 1014,

    /// <summary>1015: the TLS handshake failed. Never sent.</summary>
    TlsHandshake = 1015,
}

internal static class CloseCodes
{
    /// <summary>Whether a close frame may carry <paramref name="code"/>: RFC 6455, sections 7.4.1 and 7.4.2, with IANA's later 1012–1014.</summary>
    public static bool MayBeSent(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
