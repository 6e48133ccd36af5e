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
    /// <param name="address">An <c>http</c> URL. User info in it stands for <paramref name="credentials"/>, and is shown nowhere.</param>
    /// <param name="credentials">Name and password; null when the proxy asks for none.</param>
    public static WireProxy At(Uri address, ICredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.UserInfo.Length == 0)
            return new WireProxy(true, new WebProxy(address) { Credentials = credentials });
        // The framework repeats the address in its errors.
        var parts = address.UserInfo.Split(':', 2);
        credentials ??= new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        return new WireProxy(true, new WebProxy(new UriBuilder(address) { UserName = "", Password = "" }.Uri) { Credentials = credentials });
    }

    /// <summary>Which proxy; never its credentials.</summary>
    public override string ToString() => !Use ? "no proxy" : Proxy is WebProxy { Address: { } address } ? $"proxy {address.Authority}" : "the system's proxy";
}
