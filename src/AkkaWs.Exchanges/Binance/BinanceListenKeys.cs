using System.Text.Json;

namespace AkkaWs.Exchanges;

/// <summary>
/// Gets a listen key over HTTP and keeps it alive: it would end after 60 minutes (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams).
/// Needs the key alone, no signature. A keep-alive that fails is repeated; Binance tells of a key that ended, and the connection is made anew with another.
/// </summary>
public sealed class BinanceListenKeys : IListenKeySource, IAsyncDisposable
{
    private const string KeyHeader = "X-MBX-APIKEY";
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly ICredentialsProvider _credentials;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ended = new();
    private int _keepingAlive;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="market">The market: futures have listen keys. The account's events of spot come by <see cref="BinanceApiHandler"/>.</param>
    /// <param name="credentials">Where the key comes from.</param>
    /// <param name="http">The client to use, which stays the caller's.</param>
    /// <param name="clock">Times the keep-alive; null: the system's.</param>
    /// <param name="url">Another address than the market's; null: the market's.</param>
    public BinanceListenKeys(BinanceMarket market, ICredentialsProvider credentials, HttpClient http, TimeProvider? clock = null, Uri? url = null)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(http);
        _url = url ?? market switch
        {
            BinanceMarket.UsdMargined => new Uri("https://fapi.binance.com/fapi/v1/listenKey"),
            BinanceMarket.CoinMargined => new Uri("https://dapi.binance.com/dapi/v1/listenKey"),
            _ => throw new ArgumentOutOfRangeException(nameof(market), market, "Only futures have listen keys."),
        };
        (_credentials, _http) = (credentials, http);
        _timer = (clock ?? TimeProvider.System).CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, cancellationToken).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        var key = document.RootElement.TryGetProperty("listenKey", out var found) ? found.GetString() : null;
        if (string.IsNullOrEmpty(key))
            throw new InvalidOperationException("Binance answered without a listen key.");
        _timer.Change(KeepAliveInterval, Timeout.InfiniteTimeSpan);
        return key;
    }

    /// <summary>Ends the keep-alive; Binance forgets the key within the hour.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Never the key.</summary>
    public override string ToString() => nameof(BinanceListenKeys);

    private void OnTimer()
    {
        if (Interlocked.Exchange(ref _keepingAlive, 1) == 0)
            _ = KeepAliveAsync();
    }

    private async Task KeepAliveAsync()
    {
        var next = RetryInterval;
        try
        {
            using var answer = await SendAsync(HttpMethod.Put, _ended.Token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                next = KeepAliveInterval;
        }
        catch (Exception)
        {
            // Tried again in a minute; a key that ends meanwhile is told on the socket, and the next connect gets another.
        }
        finally
        {
            Volatile.Write(ref _keepingAlive, 0);
            if (!_ended.IsCancellationRequested)
                _timer.Change(next, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, CancellationToken cancellationToken)
    {
        var credentials = await _credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        using var request = new HttpRequestMessage(method, _url);
        request.Headers.Add(KeyHeader, credentials.Key);
        return await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
