using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace AkkaWs.Wire;

/// <summary>Gives the failures of an upgrade their type. Names the server without path and query: either may carry a key.</summary>
internal static class UpgradeFailures
{
    private const int MaxBody = 4096;

    public static string Name(Uri url) => $"{url.Scheme}://{url.Authority}";

    /// <param name="url">Where the upgrade went.</param>
    /// <param name="proxy">What stood on the way; null: nothing.</param>
    /// <param name="failed">What it failed with.</param>
    /// <param name="refusal">Why our own validation refused the server's certificate; null when it did not.</param>
    public static WireException OfRequest(Uri url, IWebProxy? proxy, Exception failed, string? refusal)
    {
        if (WireFailures.Find<WireException>(failed) is { } wire)
            return wire;
        var error = (failed as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        var way = Name(url) + Through(url, proxy);
        if (error == HttpRequestError.ProxyTunnelError)
            return NoTunnel(way, failed, (failed as HttpRequestException)?.StatusCode);
        if (refusal is not null)
            return new WireTlsException($"The certificate of {way} was refused: {refusal}.", failed) { IsCertificateRefused = true };
        if (WireFailures.Find<AuthenticationException>(failed) is not null || error == HttpRequestError.SecureConnectionError)
            return new WireTlsException($"The TLS handshake with {way} failed.", failed);
        if (error is HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded or HttpRequestError.ConfigurationLimitExceeded)
            return new WireHandshakeException($"{way} did not answer the upgrade with valid HTTP within its limits: {error}.", failed);
        if (WireFailures.Find<SocketException>(failed) is { } socket)
            return new WireConnectException($"No connection to {way}: {socket.SocketErrorCode}.", socket.SocketErrorCode, failed);
        if (error == HttpRequestError.NameResolutionError)
            return new WireConnectException($"The name of {way} did not resolve.", SocketError.HostNotFound, failed);
        return error == HttpRequestError.ConnectionError
            ? new WireConnectException($"No connection to {way}.", SocketError.SocketError, failed)
            : new WireHandshakeException($"The upgrade with {way} broke: {error}.", failed);
    }

    public static async Task<WireHandshakeException> OfAnswerAsync(Uri url, HttpResponseMessage answer, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        return new WireHandshakeException($"{Name(url)} refused the upgrade with HTTP {status.ToString(CultureInfo.InvariantCulture)}.")
        {
            HttpStatusCode = answer.StatusCode,
            RetryAfter = RetryAfter(answer, time),
            Headers = Selected(answer),
            Body = await BodyAsync(answer, cancellationToken).ConfigureAwait(false),
            Expected = "101 Switching Protocols",
        };
    }

    // Its user info is no part of it, nor are its credentials.
    private static string Through(Uri url, IWebProxy? proxy) => proxy?.GetProxy(url) is { } address ? $" through proxy {address.Authority}" : "";

    private static WireHandshakeException NoTunnel(string way, Exception failed, HttpStatusCode? status) =>
        new($"No tunnel to {way}{(status is { } told ? $": HTTP {(int)told}" : "")}.", failed) { HttpStatusCode = status };

    private static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time)
    {
        var header = answer.Headers.RetryAfter;
        // The server's own clock beside its date, where it tells it: ours may differ.
        var wait = header?.Delta ?? (header?.Date is { } date ? date - (answer.Headers.Date ?? time.GetUtcNow()) : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static List<KeyValuePair<string, string>> Selected(HttpResponseMessage answer)
    {
        var selected = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (name.Equals("Location", StringComparison.OrdinalIgnoreCase))
                selected.Add(new(name, values.ToString().Split('?', 2)[0]));
            else if (IsSelected(name))
                selected.Add(new(name, values.ToString()));
        }

        return selected;
    }

    private static bool IsSelected(string name) =>
        name.ToUpperInvariant() is "CONTENT-TYPE" or "RETRY-AFTER" or "SERVER" or "DATE" or "SEC-WEBSOCKET-VERSION"
        || name.Contains("ratelimit", StringComparison.OrdinalIgnoreCase)
        || name.Contains("rate-limit", StringComparison.OrdinalIgnoreCase);

    private static async Task<string> BodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var body = new byte[MaxBody];
            using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var length = await stream.ReadAtLeastAsync(body, MaxBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(body, 0, length);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
        {
            // The refusal itself is known; a body that does not come must not hide it.
            return "";
        }
    }
}
