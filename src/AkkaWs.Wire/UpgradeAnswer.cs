using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Wire;

/// <summary>Checks the server's 101 (RFC 6455, section 4.1, second list).</summary>
internal static class UpgradeAnswer
{
    public static (string? SubProtocol, WireDeflateOptions? Deflate) Check(HttpResponseMessage answer, string key, WireOptions options)
    {
        if (!All(answer, "Upgrade").Contains("websocket", StringComparer.OrdinalIgnoreCase))
            throw Refuse(answer, "The server's 101 does not upgrade to websocket.", "Upgrade: websocket");
        if (!All(answer, "Connection").Contains("Upgrade", StringComparer.OrdinalIgnoreCase))
            throw Refuse(answer, "The server's 101 has no Connection: Upgrade.", "Connection: Upgrade");
        if (All(answer, "Sec-WebSocket-Accept") is not [var accept] || accept != Accept(key))
            throw Refuse(answer, "The server's Sec-WebSocket-Accept does not belong to our key: something between answered in its place.", "one Sec-WebSocket-Accept made of the key");
        return (SubProtocol(answer, options), Deflate(answer, options));
    }

    private static string? SubProtocol(HttpResponseMessage answer, WireOptions options)
    {
        return All(answer, "Sec-WebSocket-Protocol") switch
        {
            [] => null,
            [var chosen] when options.SubProtocols.Contains(chosen, StringComparer.Ordinal) => chosen,
            _ => throw Refuse(answer, "The server chose a sub-protocol that was not offered.", "one of the sub-protocols offered, or none"),
        };
    }

    private static WireDeflateOptions? Deflate(HttpResponseMessage answer, WireOptions options)
    {
        var extensions = All(answer, "Sec-WebSocket-Extensions");
        if (extensions.Count == 0)
            return null;
        if (options.Deflate is null)
            throw Refuse(answer, "The server negotiated an extension that was not offered.", "no extension");
        return extensions is [var one] && DeflateNegotiation.Agree(one, options.Deflate) is { } agreed
            ? agreed
            : throw Refuse(answer, "The server's answer to permessage-deflate does not fit the offer (RFC 7692, section 7.1).", "permessage-deflate within the offer");
    }

    private static WireHandshakeException Refuse(HttpResponseMessage answer, string problem, string expected) =>
        new(problem) { HttpStatusCode = answer.StatusCode, Expected = expected };

    private static List<string> All(HttpResponseMessage answer, string name)
    {
        List<string> all = [];
        if (!answer.Headers.NonValidated.TryGetValues(name, out var values))
            return all;
        foreach (var value in values)
            all.AddRange(value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return all;
    }

#pragma warning disable CA5350 // RFC 6455, section 1.3, fixes SHA-1 here; it guards against confusion, not against attackers.
    internal static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
}
