using System.Net;

namespace AkkaWs.Wire;

/// <summary>Which HTTP proxy a connection goes through, by <c>CONNECT</c>.</summary>
public sealed class WireProxy
{
    private WireProxy(bool use, IWebProxy? proxy) => (Use, Proxy) = (use, proxy);

    /// <summary>The proxy of the system's settings or of <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>NO_PROXY</c>.</summary>
    public static WireProxy System { get; } = new(true, null);

    /// <summary>No proxy, whatever the system says.</summary>
    public static WireProxy None { get; } = new(false, null);

    internal bool Use { get; }

    internal IWebProxy? Proxy { get; }

    /// <summary>The proxy at <paramref name="address"/> for every host.</summary>
    /// <param name="address">An <c>http</c> URL.</param>
    /// <param name="credentials">Name and password; null when the proxy asks for none.</param>
    public static WireProxy At(Uri address, ICredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new WireProxy(true, new WebProxy(address) { Credentials = credentials });
    }
}
