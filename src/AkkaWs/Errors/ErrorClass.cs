namespace AkkaWs.Errors;

/// <summary>
/// Why a connection was lost or could not be made. The class, never the text of a message, chooses what happens next.
/// </summary>
public enum ErrorClass
{
    /// <summary>No error: closed on request or by a normal close frame (1000); of a topic, subscribed again.</summary>
    None = 0,

    /// <summary>The host refused the connection or cannot be routed to.</summary>
    Refused,

    /// <summary>The host's name does not resolve.</summary>
    Dns,

    /// <summary>Connecting took longer than <c>ConnectTimeout</c>.</summary>
    ConnectTimeout,

    /// <summary>The server's certificate was refused here. A TLS handshake that breaks in any other way is a <see cref="Reset"/>.</summary>
    Tls,

    /// <summary>The server answered the upgrade with an HTTP status other than 101 that a retry won't change, such as 401, 403 or 404.</summary>
    HandshakeRejected,

    /// <summary>
    /// HTTP 429 or 418, any other 4xx with <c>Retry-After</c>, or close code 1013: too many attempts. Also: no room to wait at our own gate for attempts.
    /// </summary>
    RateLimited,

    /// <summary>HTTP 408, 425 or 5xx, or close code 1000, 1001, 1011, 1012, 1014 or 3000–4999: the server goes away, fails or restarts.</summary>
    ServerUnavailable,

    /// <summary>The connection ended without a close frame, or with one that has no code (RFC 6455 section 7.4.1: 1006, 1005).</summary>
    AbnormalClosure,

    /// <summary>
    /// The peer reset the TCP connection; or, without a close code, the way to the upgrade was cut, reset or answered with what is neither TLS nor HTTP.
    /// </summary>
    Reset,

    /// <summary>Close code 1008.</summary>
    PolicyViolation,

    /// <summary>Either side broke RFC 6455 (1002, 1003, 1007, 1009, 1010).</summary>
    ProtocolViolation,

    /// <summary>The server rejected the login, or the login message could not be built.</summary>
    AuthenticationRejected,

    /// <summary>The server did not answer the login in time.</summary>
    AuthenticationFailed,

    /// <summary>The protocol handler could not tell where to connect.</summary>
    EndpointUnavailable,

    /// <summary>No pong within <c>PongTimeout</c> after a ping was sent.</summary>
    MissedPong,

    /// <summary>Nothing was received for <c>IdleTimeout</c>.</summary>
    Idle,

    /// <summary>The protocol handler asked for a new connection.</summary>
    RequestedByHandler,

    /// <summary>The server refused a topic, or did not confirm it in time; the connection itself stands.</summary>
    SubscriptionRefused,

    /// <summary>A subscriber was too slow for its overflow policy; the connection itself stands.</summary>
    Lagged,

    /// <summary>The connection was replaced as planned.</summary>
    Rotation,

    /// <summary>The connection's own code failed, or the protocol handler's.</summary>
    Internal,
}
