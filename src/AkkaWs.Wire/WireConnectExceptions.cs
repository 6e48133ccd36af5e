using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Wire;

/// <summary>A URL, header or option cannot be used; nothing was sent. Correct it: trying again cannot help.</summary>
public sealed class WireArgumentException : WireException
{
    internal WireArgumentException(string argument, string problem)
        : base($"{argument}: {problem}", null) => Argument = argument;

    /// <summary>The name of the argument or option.</summary>
    public string Argument { get; }
}

/// <summary>No TCP connection: refused, unreachable, or the name did not resolve; <see cref="SocketError"/> tells which.</summary>
public sealed class WireConnectException : WireException
{
    internal WireConnectException(string message, SocketError socketError, Exception? innerException)
        : base(message, null, innerException) => SocketError = socketError;

    /// <summary>The error of the address tried first, or <see cref="SocketError.HostNotFound"/> and its kin for DNS.</summary>
    public SocketError SocketError { get; }

    /// <summary>Whether the name did not resolve.</summary>
    public bool IsNameResolution => SocketError is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery;
}

/// <summary>The TLS handshake failed: certificate refused, cut, alerted by the server, no common version, or not TLS at all.</summary>
public sealed class WireTlsException : WireException
{
    internal WireTlsException(string message, Exception? innerException)
        : base(message, null, innerException) { }

    /// <summary>
    /// Whether this side refused the server's certificate. The one failure of a handshake that another attempt is unlikely to change: everything else
    /// may be a server that restarts.
    /// </summary>
    public bool IsCertificateRefused { get; internal init; }
}

/// <summary>Connecting did not finish within <see cref="WireOptions.ConnectTimeout"/>.</summary>
public sealed class WireTimeoutException : WireException
{
    internal WireTimeoutException(string message, TimeSpan timeout, Exception? innerException)
        : base(message, null, innerException) => Timeout = timeout;

    /// <summary>The time allowed.</summary>
    public TimeSpan Timeout { get; }
}

/// <summary>The server or a proxy answered, but did not upgrade, or upgraded to something that was not asked for.</summary>
public sealed class WireHandshakeException : WireException
{
    internal WireHandshakeException(string message, Exception? innerException = null)
        : base(message, null, innerException) { }

    /// <summary>The status of the answer; null when it was no HTTP answer.</summary>
    public HttpStatusCode? HttpStatusCode { get; internal init; }

    /// <summary>How long the server asks to wait before the next attempt (RFC 9110, section 10.2.3); null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Headers of the answer that help to understand it: <c>Content-Type</c>, <c>Location</c> (without its query), <c>Retry-After</c>, <c>Server</c>, <c>Sec-WebSocket-Version</c>, and rate-limit headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; internal init; } = [];

    /// <summary>The first 4,096 bytes of the answer's body as text; empty when there was none. Written by the server: treat it as untrusted.</summary>
    public string Body { get; internal init; } = "";
}
