using AkkaWs.Primitives;

namespace AkkaWs.Options;

/// <summary>What a connection may be called, where it may lead and what it may send along. Nothing that may be secret is shown.</summary>
internal static class EndpointRules
{
    private const int LongestName = 128;

    // Beside letters and digits: valid in an actor's path, in a HOCON key and in a metric's tag.
    private const string NameSigns = "-_.:@+";

    // RFC 9110 section 5.6.2: beside letters and digits.
    private const string TokenSigns = "!#$%&'*+-.^_`|~";

    // Beside letters and digits: in a name, an address or before a port.
    private const string HostSigns = "-._~:[]";

    private static readonly string[] UpgradeHeaders = ["Upgrade", "Connection", "Transfer-Encoding", "Content-Length"];

    public static void Check(WebSocketClientOptions options, OptionChecks check)
    {
        CheckName(options.Name, check);
        CheckUrl(options.Url, options.AllowInsecure, check);
        CheckHeaders(options.Headers, check);
        CheckSubProtocols(options.SubProtocols, check);
    }

    private static void CheckName(string? name, OptionChecks check)
    {
        if (string.IsNullOrEmpty(name) || name.Length > LongestName || !char.IsAsciiLetterOrDigit(name[0]) || !ConsistsOf(name, NameSigns))
            check.Fail("name", name is null ? "null" : $"\"{OutsideText.Line(name, LongestName)}\"", $"1 to {LongestName} ASCII letters, digits and -_.:@+ that begin with a letter or digit: the name is an actor's");
    }

    private static void CheckUrl(Uri? url, bool allowInsecure, OptionChecks check)
    {
        if (url is null || !url.IsAbsoluteUri || url.Scheme is not ("ws" or "wss") || url.Host.Length == 0)
        {
            check.Fail("url", url is null ? "null" : $"\"{Redactor.Url(url)}\"", "an absolute URL that begins with ws:// or wss://");
            return;
        }

        var shown = $"\"{Redactor.Url(url)}\"";
        if (url.UserInfo.Length > 0)
            check.Fail("url", shown + " with user info", "a URL without user info (RFC 6455 section 3); credentials go into a header");
        if (url.Fragment.Length > 0)
            check.Fail("url", shown + " with a fragment", "a URL without a fragment (RFC 6455 section 3)");
        if (!HasName(url))
            check.Fail("url", shown, "a URL whose host can be written in ASCII (RFC 5891): no name server knows another");
        if (url.Scheme == "ws" && !url.IsLoopback && !allowInsecure)
            check.Fail("url", shown, "wss, or ws to a loopback host; ws elsewhere only with allow-insecure, since anyone on the way can read and change it");
    }

    private static bool HasName(Uri url)
    {
        try
        {
            return url.IdnHost is { Length: > 0 } host && host.All(char.IsAscii);
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static void CheckHeaders(IReadOnlyList<KeyValuePair<string, string>>? headers, OptionChecks check)
    {
        if (headers is null)
        {
            check.Fail("headers", "null", "a list, which may be empty");
            return;
        }

        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            if (!IsToken(name))
                check.Fail($"headers[{i}]", "not a header's name", "a token (RFC 9110 section 5.6.2)");
            else if (name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase) || UpgradeHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                check.Fail($"headers.{name}", "set", "any header but those that belong to the upgrade itself");
            else if (value is null || !value.All(c => c is >= ' ' and <= '~'))
                check.Fail($"headers.{name}", Redactor.NotShown, "printable ASCII");
            else if (IsHostHeader(name) && (!IsHost(value) || headers.Take(i).Any(earlier => IsHostHeader(earlier.Key))))
                check.Fail($"headers.{name}", Redactor.NotShown, "one host, with a port if it has one, given once");
        }
    }

    private static bool IsHostHeader(string? name) => string.Equals(name, "Host", StringComparison.OrdinalIgnoreCase);

    private static bool IsHost(string value) => ConsistsOf(value, HostSigns) && Uri.TryCreate($"ws://{value}/", UriKind.Absolute, out _);

    private static void CheckSubProtocols(IReadOnlyList<string>? protocols, OptionChecks check)
    {
        if (protocols is null)
            check.Fail("sub-protocols", "null", "a list, which may be empty");
        else if (protocols.Count > 0)
            CheckSubProtocolNames(protocols, check);
    }

    private static void CheckSubProtocolNames(IReadOnlyList<string> protocols, OptionChecks check)
    {
        // A venue may take a token for one.
        if (!protocols.All(IsToken))
            check.Fail("sub-protocols", Redactor.NotShown, "tokens (RFC 6455 section 4.1)");
        else if (protocols.Distinct(StringComparer.Ordinal).Count() != protocols.Count)
            check.Fail("sub-protocols", Redactor.NotShown, "tokens, each once (RFC 6455 section 4.1)");
    }

    private static bool IsToken(string? text) => !string.IsNullOrEmpty(text) && ConsistsOf(text, TokenSigns);

    // Character by character: the vectorised search costs a millisecond to compile, and this is asked a few times in a process's life.
    private static bool ConsistsOf(string text, string signs)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !signs.Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
