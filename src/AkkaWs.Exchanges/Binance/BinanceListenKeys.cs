using System.Net;
using System.Text.Json;

namespace AkkaWs.Exchanges;

/// <summary>
/// Gets a listen key over HTTP and keeps it alive: it would end after 60 minutes (https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams).
/// Needs the key alone, no signature; it goes to that address only, encrypted, and follows no redirect. A keep-alive that fails is repeated; where Binance
/// says on the socket that a key ended, the connection is made anew with another, and where it says so to the keep-alive alone, <see cref="KeyEnded"/> does.
/// A key that nobody has asked for within a day serves no connection any more, since none lasts that long: its keep-alive ends by itself.
/// </summary>
/// <example><code>
/// await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, credentials);
/// await using var account = await WebSocketClient.ConnectAsync(system, options, new BinanceStreamsHandler(keys));
/// keys.KeyEnded += async (_, _) => await account.RotateAsync();
/// </code></example>
public sealed class BinanceListenKeys : IListenKeySource, IAsyncDisposable
{
    private static readonly TimeSpan KeepAliveInterval = BinanceFacts.ListenKeyLifetime / 2;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private const int LongestKey = 2 * BinanceFacts.ListenKeyLength;

    private readonly SignedRest _rest;
    private readonly ICredentialsProvider _credentials;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ended = new();
    private long _askedAt;
    private int _keepingAlive;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="market">The market: futures have listen keys. The account's events of spot come by <see cref="BinanceApiHandler"/>.</param>
    /// <param name="credentials">Where the key comes from.</param>
    /// <param name="handler">
    /// What sends the requests, which stays the caller's, such as that of another proxy (<c>WireProxy.At(…).CreateHttpHandler(url)</c>) or a host's;
    /// null: one of its own, through the system's proxy.
    /// </param>
    /// <param name="clock">Times the keep-alive; null: the system's.</param>
    /// <param name="url">Another address than the market's, with <c>https</c> (<c>http</c> on loopback only); null: the market's.</param>
    /// <param name="host">Which of Binance's systems.</param>
    /// <exception cref="ArgumentException">The handler follows redirects, or the address is not encrypted.</exception>
    public BinanceListenKeys(
        BinanceMarket market,
        ICredentialsProvider credentials,
        HttpMessageHandler? handler = null,
        TimeProvider? clock = null,
        Uri? url = null,
        BinanceHost host = BinanceHost.Live)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        url ??= AddressOf(market, host);
        _clock = clock ?? TimeProvider.System;
        (_credentials, _rest) = (credentials, new SignedRest(url, handler, _clock));
        _timer = _clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// The keep-alive was answered that the key does not exist (-1125), as where another program of the account deleted it: all of the account's programs have the
    /// same. A connection may hear nothing of it and nothing more of the account: rotate it, and it gets another key. Raised on the thread pool, once for a key;
    /// again after a minute where what was called threw.
    /// </summary>
    public event EventHandler? KeyEnded;

    /// <inheritdoc/>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var credentials = await _credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        var answer = await _rest.SendAsync(HttpMethod.Post, BinanceFacts.KeyHeader, credentials.Key, cancellationToken).ConfigureAwait(false);
        var key = Read(answer) ?? throw new InvalidOperationException("Binance answered without a listen key.");
        Volatile.Write(ref _askedAt, _clock.GetTimestamp());
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

    private static Uri AddressOf(BinanceMarket market, BinanceHost host) =>
        BinanceAddresses.Of(host, BinanceFacts.LiveListenKeys, BinanceFacts.DemoListenKeys, BinanceFacts.TestnetListenKeys).Of(market) is { } address
            ? new Uri(address)
            : throw new ArgumentOutOfRangeException(nameof(market), market, "Only futures have listen keys.");

    private void OnTimer()
    {
        if (_clock.GetElapsedTime(Volatile.Read(ref _askedAt)) > BinanceFacts.ConnectionLifetime + BinanceFacts.ListenKeyLifetime)
            return;
        if (Interlocked.Exchange(ref _keepingAlive, 1) == 0)
            _ = KeepAliveAsync();
    }

    private async Task KeepAliveAsync()
    {
        var askedAt = Volatile.Read(ref _askedAt);
        TimeSpan? next = RetryInterval;
        try
        {
            var exists = await TryProlongAsync(_ended.Token).ConfigureAwait(false);
            if (!exists && Volatile.Read(ref _askedAt) == askedAt)
                KeyEnded?.Invoke(this, EventArgs.Empty);
            // The next key to be asked for begins anew; one that was asked for meanwhile has.
            next = exists ? KeepAliveInterval : null;
        }
        catch (Exception)
        {
            // Tried again in a minute; a key that ends meanwhile is told on the socket, and the next connect gets another.
        }
        finally
        {
            Volatile.Write(ref _keepingAlive, 0);
            if (next is { } then && !_ended.IsCancellationRequested)
                _timer.Change(then, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task<bool> TryProlongAsync(CancellationToken cancellationToken)
    {
        var credentials = await _credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        var (status, body) = await _rest.AskAsync(HttpMethod.Put, BinanceFacts.KeyHeader, credentials.Key, cancellationToken).ConfigureAwait(false);
        if (status < HttpStatusCode.BadRequest)
            return true;
        if (status == HttpStatusCode.BadRequest && BinanceError.Read(body)?.Code == BinanceFacts.NoSuchListenKey)
            return false;
        throw new HttpRequestException("The listen key was not kept alive.", null, status);
    }

    // It becomes part of a message: whatever is none of Binance's stays out.
    private static string? Read(byte[] answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var found = document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("listenKey", out var named) ? named : default;
            var key = found.ValueKind == JsonValueKind.String ? found.GetString() : null;
            return key is { Length: > 0 and <= LongestKey } && key.All(char.IsAsciiLetterOrDigit) ? key : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
