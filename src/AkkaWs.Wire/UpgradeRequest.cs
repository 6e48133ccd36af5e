using System.Net;

namespace AkkaWs.Wire;

/// <summary>The request of an upgrade (RFC 6455, section 4.1).</summary>
internal static class UpgradeRequest
{
    public static HttpRequestMessage Create(Uri url, string key, WireOptions options)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Connection", "Upgrade");
        headers.TryAddWithoutValidation("Upgrade", "websocket");
        headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        headers.TryAddWithoutValidation("Sec-WebSocket-Key", key);
        if (options.SubProtocols.Count > 0)
            headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", string.Join(", ", options.SubProtocols));
        if (options.Deflate is { } deflate)
            headers.TryAddWithoutValidation("Sec-WebSocket-Extensions", DeflateNegotiation.Offer(deflate));
        foreach (var header in options.Headers)
            headers.TryAddWithoutValidation(header.Key, header.Value);
        return request;
    }
}
