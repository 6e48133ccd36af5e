using System.Globalization;
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
    /// <param name="failed">What it failed with.</param>
    /// <param name="refusal">Why our own validation refused the server's certificate; null when it did not.</param>
    public static WireException OfRequest(Uri url, Exception failed, string? refusal)
    {
        if (WireFailures.Find<WireException>(failed) is { } wire)
            return wire;
        var error = (failed as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        if (error == HttpRequestError.ProxyTunnelError)
            return new WireHandshakeException($"The proxy did not open a tunnel to {Name(url)}.", failed) { HttpStatusCode = (failed as HttpRequestException)?.StatusCode };
        if (refusal is not null)
            return new WireTlsException($"The certificate of {Name(url)} was refused: {refusal}.", failed) { IsCertificateRefused = true };
        if (WireFailures.Find<AuthenticationException>(failed) is not null || error == HttpRequestError.SecureConnectionError)
            return new WireTlsException($"The TLS handshake with {Name(url)} failed.", failed);
        if (error is HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded or HttpRequestError.ConfigurationLimitExceeded)
            return new WireHandshakeException($"{Name(url)} did not answer the upgrade with valid HTTP within its limits: {error}.", failed);
        if (WireFailures.Find<SocketException>(failed) is { } socket)
            return new WireConnectException($"No connection to {Name(url)}: {socket.SocketErrorCode}.", socket.SocketErrorCode, failed);
        if (error == HttpRequestError.NameResolutionError)
            return new WireConnectException($"The name of {Name(url)} did not resolve.", SocketError.HostNotFound, failed);
        return error == HttpRequestError.ConnectionError
            ? new WireConnectException($"No connection to {Name(url)}.", SocketError.SocketError, failed)
            : new WireHandshakeException($"The upgrade with {Name(url)} broke: {error}.", failed);
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
