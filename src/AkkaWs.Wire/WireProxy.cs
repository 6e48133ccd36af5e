using System.Net;

namespace AkkaWs.Wire;

/// <summary>Which HTTP proxy a connection goes through, by <c>CONNECT</c>.</summary>
public sealed class WireProxy
{
    private readonly bool _isSystems;

    private WireProxy(bool isSystems, IWebProxy? proxy) => (_isSystems, Proxy) = (isSystems, proxy);

    /// <summary>
    /// The proxy of the system's settings or of <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>, <c>NO_PROXY</c>, asked anew for each attempt.
    /// Loopback is dialed directly, whatever they say; one that speaks SOCKS is refused (<see cref="WireArgumentException"/>), never passed by.
    /// </summary>
    public static WireProxy System { get; } = new(true, null);

    /// <summary>No proxy, whatever the system says.</summary>
    public static WireProxy None { get; } = new(false, null);

    internal IWebProxy? Proxy { get; }

    /// <summary>The proxy at <paramref name="address"/> for every host, loopback included. What is not encrypted, it can read and change.</summary>
    /// <param name="address">An <c>http</c> URL. User info in it stands for <paramref name="credentials"/>, and is shown nowhere.</param>
    /// <param name="credentials">Name and password; null when the proxy asks for none.</param>
    public static WireProxy At(Uri address, ICredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.UserInfo.Length == 0)
            return new WireProxy(false, new WebProxy(address) { Credentials = credentials });
        // The framework repeats the address in its errors.
        var parts = address.UserInfo.Split(':', 2);
        credentials ??= new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        return new WireProxy(false, new WebProxy(SystemProxy.WithoutUserInfo(address)) { Credentials = credentials });
    }

    /// <summary>
    /// A handler for HTTP requests to <paramref name="url"/> that carry a key, such as those beside a connection: through this proxy, without redirects,
    /// cookies and trace headers, and with TLS by the rules of a connection. The caller disposes it.
    /// </summary>
    /// <param name="url">Where the requests go: the proxy is the one on the way there now.</param>
    /// <exception cref="WireArgumentException">The system's proxy for it speaks SOCKS.</exception>
    public SocketsHttpHandler CreateHttpHandler(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var proxy = For(url);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            UseProxy = proxy is not null,
            Proxy = proxy,
            ConnectTimeout = new WireOptions().ConnectTimeout,
            SslOptions = TlsRules.Create(checkRevocation: false, new WireOptions().ConnectTimeout, null, new CertificateVerdict(null).Decide),
        };
    }

    /// <summary>Which proxy; never its credentials.</summary>
    public override string ToString() =>
        _isSystems ? "the system's proxy" : Proxy is WebProxy { Address: { } address } ? $"proxy {address.Authority}" : "no proxy";

    /// <summary>What stands on the way to <paramref name="url"/>; null: nothing.</summary>
    internal IWebProxy? For(Uri url) => _isSystems ? SystemProxy.For(url) : Proxy;
}
