namespace AkkaWs.Wire;

/// <summary>The ranges of options, and what a URL may hold.</summary>
internal static class OptionRules
{
    // RFC 9110, section 5.6.2: beside letters and digits.
    private const string TokenSigns = "!#$%&'*+-.^_`|~";

    private static readonly string[] OwnHeaders = ["Upgrade", "Connection", "Transfer-Encoding", "Content-Length"];

    public static void Check(WireOptions options)
    {
        Range(nameof(options.SlabSize), options.SlabSize, 256, 16 * 1024 * 1024);
        Range(nameof(options.MaxMessageSize), options.MaxMessageSize, 1, Array.MaxLength);
        Range(nameof(options.MaxFrameSize), options.MaxFrameSize, 1, Array.MaxLength);
        Range(nameof(options.MaxFragments), options.MaxFragments, 1, int.MaxValue);
        Range(nameof(options.MaxControlFramesPerSecond), options.MaxControlFramesPerSecond, 1, int.MaxValue);
        Range(nameof(options.MaxQueuedWrites), options.MaxQueuedWrites, 1, 1_000_000);
        Range(nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, 1, 1L << 38);
        Range(nameof(options.FragmentSize), options.FragmentSize ?? 1, 1, Array.MaxLength);
        Positive(nameof(options.ConnectTimeout), options.ConnectTimeout);
        Positive(nameof(options.CloseTimeout), options.CloseTimeout);
        Positive(nameof(options.TcpKeepAlive), options.TcpKeepAlive ?? TimeSpan.FromSeconds(1));
        CheckDeflate(options.Deflate);
        foreach (var header in options.Headers)
            CheckHeader(header.Key, header.Value);
        if (options.Headers.Count(header => IsHostHeader(header.Key)) > 1)
            throw new WireArgumentException(nameof(options.Headers), "Host is given more than once.");
        foreach (var protocol in options.SubProtocols)
        {
            if (!IsToken(protocol))
                throw new WireArgumentException(nameof(options.SubProtocols), "a sub-protocol must be a token (RFC 6455, section 4.1).");
        }
    }

    public static void Check(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("ws" or "wss"))
            throw new WireArgumentException("url", "must be absolute and begin with ws:// or wss://.");
        if (url.UserInfo.Length > 0)
            throw new WireArgumentException("url", "carries user info, which a WebSocket URL may not (RFC 6455, section 3); send an Authorization header.");
        if (url.Fragment.Length > 0)
            throw new WireArgumentException("url", "carries a fragment, which a WebSocket URL may not (RFC 6455, section 3).");
        if (!HasName(url))
            throw new WireArgumentException("url", "has a host that cannot be written in ASCII (RFC 5891).");
    }

    /// <summary>Whether name servers can be asked for the host: a label may be too long once it is written in ASCII.</summary>
    public static bool HasName(Uri url)
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

    private static void CheckDeflate(WireDeflateOptions? deflate)
    {
        if (deflate is null)
            return;
        Range(nameof(deflate.ClientMaxWindowBits), deflate.ClientMaxWindowBits, 9, 15);
        Range(nameof(deflate.ServerMaxWindowBits), deflate.ServerMaxWindowBits, 9, 15);
        Range(nameof(deflate.MinimumSize), deflate.MinimumSize, 0, int.MaxValue);
    }

    /// <summary>A value with a line break would smuggle further headers or a request of its own into the upgrade.</summary>
    private static void CheckHeader(string name, string value)
    {
        if (!IsToken(name))
            throw new WireArgumentException(nameof(WireOptions.Headers), "a header's name must be a token (RFC 9110, section 5.6.2).");
        if (value is null || !value.All(c => c is >= ' ' and <= '~'))
            throw new WireArgumentException(nameof(WireOptions.Headers), $"the value of {name} is null or has other characters than printable ASCII.");
        if (IsHostHeader(name) && !IsHost(value))
            throw new WireArgumentException(nameof(WireOptions.Headers), "the value of Host is not one host, with a port if it has one.");
        if (name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase) || OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new WireArgumentException(nameof(WireOptions.Headers), $"{name} belongs to the upgrade itself.");
    }

    private static bool IsHostHeader(string? name) => string.Equals(name, "Host", StringComparison.OrdinalIgnoreCase);

    /// <summary>A list would be sent as several headers, and whoever stands before the server may choose another of them than the server.</summary>
    private static bool IsHost(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '[' or ']')
        && Uri.TryCreate($"ws://{value}/", UriKind.Absolute, out _);

    // Character by character: the vectorised search costs a millisecond to compile, and this is asked a few times in a process's life.
    private static bool IsToken(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !TokenSigns.Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static void Range(string option, long value, long least, long most)
    {
        if (value < least || value > most)
            throw new WireArgumentException(option, $"{value} is outside {least} to {most}.");
    }

    private static void Positive(string option, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            throw new WireArgumentException(option, $"{value} is outside 0 (exclusive) to 1 day.");
    }
}
