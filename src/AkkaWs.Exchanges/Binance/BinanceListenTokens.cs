using System.Text.Json;

namespace AkkaWs.Exchanges;

/// <summary>
/// Gets the listen token of a margin account over HTTP (https://developers.binance.com/docs/margin_trading/trade-data-stream, checked 2026-11-29). Needs the
/// key alone, no signature; it goes to that address only, encrypted, and follows no redirect.
/// </summary>
/// <example><code>
/// var credentials = CredentialsProvider.FromEnvironment("BINANCE");
/// var handler = new BinanceApiHandler(credentials, listenTokens: new BinanceListenTokens(credentials));
/// await using var api = await WebSocketClient.ConnectAsync(system, Binance.CreateApiOptions(BinanceMarket.Spot), handler);
/// await using var margin = await api.SubscribeAsync(Binance.UserData);
/// </code></example>
public sealed class BinanceListenTokens : IListenTokenSource
{
    private const int LongestToken = 1_024;

    private readonly SignedRest _rest;
    private readonly ICredentialsProvider _credentials;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="credentials">Where the key comes from.</param>
    /// <param name="isolatedSymbol">The symbol of an isolated margin account, such as <c>BTCUSDT</c>; null: the cross margin account.</param>
    /// <param name="handler">As that of <see cref="BinanceListenKeys"/>.</param>
    /// <param name="clock">Times the requests; null: the system's.</param>
    /// <param name="url">Another address than Binance's, with <c>https</c> (<c>http</c> on loopback only); null: Binance's.</param>
    /// <exception cref="ArgumentException">The handler follows redirects, or the address is not encrypted.</exception>
    public BinanceListenTokens(
        ICredentialsProvider credentials, string? isolatedSymbol = null, HttpMessageHandler? handler = null, TimeProvider? clock = null, Uri? url = null)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        url ??= new Uri(BinanceFacts.ListenTokens);
        if (isolatedSymbol is not null)
            url = new UriBuilder(url) { Query = $"isIsolated=true&symbol={Uri.EscapeDataString(isolatedSymbol)}" }.Uri;
        (_credentials, _rest) = (credentials, new SignedRest(url, handler, clock ?? TimeProvider.System));
    }

    /// <inheritdoc/>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var credentials = await _credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        var answer = await _rest.SendAsync(HttpMethod.Post, BinanceFacts.KeyHeader, credentials.Key, cancellationToken).ConfigureAwait(false);
        return Read(answer) ?? throw new InvalidOperationException("Binance answered without a listen token.");
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => nameof(BinanceListenTokens);

    // It becomes part of a message: whatever is none of Binance's stays out.
    private static string? Read(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var found = document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("token", out var named) ? named : default;
            var token = found.ValueKind == JsonValueKind.String ? found.GetString() : null;
            return token is { Length: > 0 and <= LongestToken } && token.All(IsOfToken) ? token : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsOfToken(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '-' or '_';
}
