using System.Net;

namespace AkkaWs.Wire;

/// <summary>Which proxy the system's settings name, without what must not be taken from them.</summary>
internal static class SystemProxy
{
    /// <summary>
    /// The proxy on the way to <paramref name="url"/>; null: there is none. Throws where it is one that we do not speak to: passing it by could be what it
    /// is there to prevent.
    /// </summary>
    public static IWebProxy? For(Uri url)
    {
        // The framework's asks a proxy of the environment about loopback, too, which is another host's there.
        if (IsLoopback(url))
            return null;
        var system = HttpClient.DefaultProxy;
        if (system.IsBypassed(url) || system.GetProxy(url) is not { } address)
            return null;
        if (address.Scheme is not ("http" or "https"))
            throw new WireArgumentException(nameof(WireOptions.Proxy), $"the system's for {UpgradeFailures.Name(url)} speaks {address.Scheme}: only HTTP is supported.");
        // The framework repeats the address in its errors; the system knows the credentials without its user info.
        return new WebProxy(WithoutUserInfo(address)) { Credentials = system.Credentials };
    }

    public static Uri WithoutUserInfo(Uri address) =>
        address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;

    private static bool IsLoopback(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.Host, out var ip) && IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip));
}
