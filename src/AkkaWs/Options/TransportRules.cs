using AkkaWs.Primitives;

namespace AkkaWs.Options;

/// <summary>The ranges of what concerns the socket, TLS and the proxy.</summary>
internal static class TransportRules
{
    private const int HashLength = 32;
    private const int LongestShown = 128;

    public static void Check(WebSocketClientOptions options, OptionChecks check)
    {
        if (options.TcpKeepAlive is { } keepAlive)
            check.Duration("tcp-keep-alive", keepAlive, orOff: true);
        OptionsValidator.CheckSection("tls", options.Tls, check, Check);
        var isPlain = options.Url is { IsAbsoluteUri: true, Scheme: "ws" };
        if (isPlain && options.Tls is { PinnedSha256.Count: > 0 })
            check.Fail("tls.pinned-sha256", "set", "empty where url begins with ws://, which has no certificate");
        if (isPlain && options.Tls is { Revocation: TlsRevocation.Online })
            check.Fail("tls.revocation", "online", "off where url begins with ws://, which has no certificate");
        OptionsValidator.CheckSection("proxy", options.Proxy, check, Check);
        // To the host itself, plaintext may go; a proxy is another one.
        if (isPlain && !options.AllowInsecure && IsProxy(options.Proxy?.Address))
            check.Fail("proxy.address", "set", "system or off where url begins with ws://, or allow-insecure, since the proxy can read and change what passes");
        OptionsValidator.CheckSection("deflate", options.Deflate, check, Check);
    }

    private static void Check(TlsOptions options, OptionChecks check)
    {
        const string Allowed = "base64 of the SHA-256 of a SubjectPublicKeyInfo, 44 characters each";
        if (options.PinnedSha256 is null)
            check.Fail("tls.pinned-sha256", "null", "a list, which may be empty");
        else if (options.PinnedSha256.FirstOrDefault(pin => !IsHash(pin)) is { } wrong)
            check.Fail("tls.pinned-sha256", $"\"{OutsideText.Line(wrong, LongestShown)}\"", Allowed);
        else if (options.PinnedSha256.Any(pin => pin is null))
            check.Fail("tls.pinned-sha256", "null", Allowed);
        check.Defined("tls.revocation", options.Revocation);
    }

    private static bool IsHash(string? pin)
    {
        Span<byte> hash = stackalloc byte[HashLength + 4];
        return pin is not null && Convert.TryFromBase64String(pin, hash, out var length) && length == HashLength
            && Convert.ToBase64String(hash[..length]) == pin; // it is compared as text
    }

    private static void Check(ProxyOptions options, OptionChecks check)
    {
        const string Address = "proxy.address";
        const string Allowed = "system, off, or a URL that begins with http:// and has no user info, path or query";
        if (options.User is null || options.Password is null)
            check.Fail(options.User is null ? "proxy.user" : "proxy.password", "null", "text, which may be empty");
        if (options.Address is ProxyOptions.System or ProxyOptions.Off)
        {
            if (!string.IsNullOrEmpty(options.User))
                check.Fail("proxy.user", Redactor.NotShown, "empty, or an address in proxy.address");
        }
        else if (!IsProxy(options.Address))
        {
            check.Fail(Address, options.Address is null ? "null" : $"\"{Redactor.Url(options.Address)}\"", Allowed);
        }

        if (string.IsNullOrEmpty(options.User) && !string.IsNullOrEmpty(options.Password))
            check.Fail("proxy.password", Redactor.NotShown, "empty where proxy.user is");
    }

    private static bool IsProxy(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url is { Scheme: "http", PathAndQuery: "/", UserInfo.Length: 0 };

    private static void Check(DeflateOptions options, OptionChecks check)
    {
        check.Count("deflate.client-max-window-bits", options.ClientMaxWindowBits, 9, 15);
        check.Count("deflate.server-max-window-bits", options.ServerMaxWindowBits, 9, 15);
        check.Count("deflate.minimum-size", options.MinimumSize, 0, int.MaxValue);
    }
}
