using AkkaWs.Primitives;

namespace AkkaWs.Options;

/// <summary>Which HTTP proxy the connection goes through, by <c>CONNECT</c>. User and password are shown nowhere.</summary>
public sealed record ProxyOptions
{
    /// <summary>
    /// <see cref="Address"/> for the proxy of the operating system or of <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, <c>NO_PROXY</c>. Loopback is
    /// dialed directly, whatever they say; one that speaks SOCKS refuses the connection (class <c>HandshakeRejected</c>).
    /// </summary>
    public const string System = "system";

    /// <summary><see cref="Address"/> for no proxy, whatever the system says.</summary>
    public const string Off = "off";

    /// <summary>
    /// <c>system</c>, <c>off</c>, or the proxy's address, such as <c>http://proxy.example:3128</c>, without user info: for every host, also where
    /// <c>NO_PROXY</c> names it, and for <c>ws</c> only with <c>allow-insecure</c>. SOCKS is not supported. HOCON: <c>proxy.address</c>. Default:
    /// <c>system</c>.
    /// </summary>
    public string Address { get; init; } = System;

    /// <summary>The user's name at the proxy of <see cref="Address"/>; empty: it asks for none. HOCON: <c>proxy.user</c>. Default: empty.</summary>
    public string User { get; init; } = "";

    /// <summary>The user's password. HOCON: <c>proxy.password</c>. Default: empty.</summary>
    public string Password { get; init; } = "";

    /// <summary>The address, and that a user is withheld.</summary>
    public override string ToString() => $"proxy {Redactor.Url(Address ?? "")}{(User.Length > 0 ? " (user withheld)" : "")}";
}
