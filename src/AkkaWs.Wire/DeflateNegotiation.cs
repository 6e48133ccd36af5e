using System.Globalization;

namespace AkkaWs.Wire;

/// <summary>Offers permessage-deflate and reads the answer (RFC 7692, section 7.1).</summary>
internal static class DeflateNegotiation
{
    private const string Extension = "permessage-deflate";
    private const string ClientBits = "client_max_window_bits";
    private const string ServerBits = "server_max_window_bits";
    private const string ClientNoTakeover = "client_no_context_takeover";
    private const string ServerNoTakeover = "server_no_context_takeover";

    public static string Offer(WireDeflateOptions wanted)
    {
        var offer = Extension + "; " + ClientBits;
        if (wanted.ClientMaxWindowBits < 15)
            offer += string.Create(CultureInfo.InvariantCulture, $"={wanted.ClientMaxWindowBits}");
        if (wanted.ServerMaxWindowBits < 15)
            offer += string.Create(CultureInfo.InvariantCulture, $"; {ServerBits}={wanted.ServerMaxWindowBits}");
        if (!wanted.ClientContextTakeover)
            offer += "; " + ClientNoTakeover;
        if (!wanted.ServerContextTakeover)
            offer += "; " + ServerNoTakeover;
        return offer;
    }

    /// <summary>What holds on the connection; null when the answer does not fit the offer.</summary>
    public static WireDeflateOptions? Agree(string answer, WireDeflateOptions wanted)
    {
        var parts = answer.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals(Extension, StringComparison.OrdinalIgnoreCase))
            return null;
        var agreed = wanted with { ServerMaxWindowBits = 15, ServerContextTakeover = true };
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.AsSpan(1))
        {
            var (name, value) = Split(part);
            if (!seen.Add(name) || Apply(agreed, name, value) is not { } further)
                return null;
            agreed = further;
        }

        var fits = agreed.ServerMaxWindowBits <= wanted.ServerMaxWindowBits
            && agreed.ClientMaxWindowBits <= wanted.ClientMaxWindowBits
            && (wanted.ServerContextTakeover || !agreed.ServerContextTakeover);
        return fits ? agreed : null;
    }

    private static WireDeflateOptions? Apply(WireDeflateOptions agreed, string name, string? value) => name.ToUpperInvariant() switch
    {
        "CLIENT_NO_CONTEXT_TAKEOVER" when value is null => agreed with { ClientContextTakeover = false },
        "SERVER_NO_CONTEXT_TAKEOVER" when value is null => agreed with { ServerContextTakeover = false },
        "CLIENT_MAX_WINDOW_BITS" when Bits(value) is { } bits => agreed with { ClientMaxWindowBits = Math.Min(bits, agreed.ClientMaxWindowBits) },
        "SERVER_MAX_WINDOW_BITS" when Bits(value) is { } bits => agreed with { ServerMaxWindowBits = bits },
        _ => null,
    };

    // zlib has no window of 8 bits; a server that insists on one for us cannot be served, one that uses it itself is read with 9.
    private static int? Bits(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits is >= 8 and <= 15 ? bits : null;

    private static (string Name, string? Value) Split(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (part, null) : (part[..at].Trim(), part[(at + 1)..].Trim().Trim('"'));
    }
}
