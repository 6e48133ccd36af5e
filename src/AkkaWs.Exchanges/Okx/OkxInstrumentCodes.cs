using System.Collections.Frozen;

namespace AkkaWs.Exchanges;

/// <summary>
/// The numbers of instruments from OKX's REST API, which asks for no key. They are got before the first connect, and again in the background where a connection is made an
/// hour later or an order names an instrument that is not known, at most every 30 s. Where that fails, those of before go on. Thread-safe: one serves all connections.
/// </summary>
/// <example><code>
/// var handler = new OkxHandler(OkxStream.Private, credentials, instruments: new OkxInstrumentCodes(["SPOT", "SWAP"]));
/// </code></example>
public sealed class OkxInstrumentCodes : IInstrumentCodes
{
    // An instrument has about 1 KB, and no type has more than some thousands.
    private const int MaxBody = 16 * 1024 * 1024;

    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    private static readonly string[] DefaultTypes = ["SPOT", "SWAP", "FUTURES"];

    private readonly SignedRest[] _lists;
    private readonly (string Name, string Value)? _header;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private Listing? _listing;
    private Task _loading = Task.CompletedTask;
    private long? _triedAt;

    /// <summary>Asks for some types of instruments. Options, which OKX lists by their family only, come by <see cref="OkxChannelCodes"/>.</summary>
    /// <param name="instrumentTypes">Such as <c>SPOT</c>, <c>MARGIN</c>, <c>SWAP</c> and <c>FUTURES</c>; null: SPOT, SWAP and FUTURES.</param>
    /// <param name="host">Whose: that of the site which gave out the key.</param>
    /// <param name="handler">
    /// What sends the requests, which stays the caller's, such as that of another proxy (<c>WireProxy.At(…).CreateHttpHandler(url)</c>) or a host's; null: one of its own,
    /// through the system's proxy.
    /// </param>
    /// <param name="clock">Tells how old the numbers are; null: the system's.</param>
    /// <param name="url">Another address than OKX's, to which <c>?instType=…</c> is added, with <c>https</c> (<c>http</c> on loopback only); null: OKX's.</param>
    /// <exception cref="ArgumentException">There is no type, the handler follows redirects, or the address is not encrypted.</exception>
    public OkxInstrumentCodes(
        IReadOnlyList<string>? instrumentTypes = null,
        OkxHost host = OkxHost.Global,
        HttpMessageHandler? handler = null,
        TimeProvider? clock = null,
        Uri? url = null)
    {
        instrumentTypes ??= DefaultTypes;
        if (instrumentTypes.Count == 0 || instrumentTypes.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("At least one type of instruments is needed, each with a name.", nameof(instrumentTypes));
        url ??= new Uri($"https://{OkxHosts.RestOf(host)}{OkxFacts.InstrumentsPath}");
        _clock = clock ?? TimeProvider.System;
        _header = OkxHosts.IsDemo(host) ? (OkxFacts.DemoHeader, "1") : null;
        _lists = [.. instrumentTypes.Distinct(StringComparer.Ordinal).Select(type => new SignedRest(new Uri($"{url}?instType={Uri.EscapeDataString(type)}"), handler, _clock, MaxBody))];
    }

    /// <summary>How many instruments it knows.</summary>
    public int Count => Volatile.Read(ref _listing)?.Codes.Count ?? 0;

    /// <summary>Waits for the numbers where there are none yet; where there are, it holds no connection up.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">OKX did not answer, or with another status than success.</exception>
    /// <exception cref="InvalidOperationException">OKX answered without a number.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _listing) is not { } listing)
            await Load().WaitAsync(cancellationToken).ConfigureAwait(false);
        else if (_clock.GetElapsedTime(listing.ReadAt) >= Freshness)
            Refresh();
    }

    /// <inheritdoc/>
    public long? Find(string instrument)
    {
        if (Volatile.Read(ref _listing) is { } listing && listing.Codes.TryGetValue(instrument, out var code))
            return code;
        // Listed since then, perhaps: the next order may find it.
        Refresh();
        return null;
    }

    /// <summary>Its name.</summary>
    public override string ToString() => nameof(OkxInstrumentCodes);

    private void Refresh()
    {
        lock (_lock)
        {
            if (_triedAt is not { } tried || _clock.GetElapsedTime(tried) >= RetryInterval)
                _ = Load();
        }
    }

    private Task Load()
    {
        lock (_lock)
        {
            if (!_loading.IsCompleted)
                return _loading;
            _triedAt = _clock.GetTimestamp();
            _loading = Task.Run(LoadAllAsync);
            // Nobody may be waiting for it.
            _ = _loading.ContinueWith(
                static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return _loading;
        }
    }

    private async Task LoadAllAsync()
    {
        var answers = await Task.WhenAll(_lists.Select(list => list.GetAsync(_header, CancellationToken.None))).ConfigureAwait(false);
        var codes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var answer in answers)
            Read(answer, codes);
        if (codes.Count == 0)
            throw new InvalidOperationException("OKX answered without the number of an instrument.");
        Volatile.Write(ref _listing, new Listing(codes.ToFrozenDictionary(StringComparer.Ordinal), _clock.GetTimestamp()));
    }

    private static void Read(byte[] answer, Dictionary<string, long> codes)
    {
        var instruments = new OkxInstrumentReader(answer);
        while (instruments.Next())
            codes[instruments.Name] = instruments.Code;
    }

    /// <summary>What OKX has answered, and when, in ticks of the clock.</summary>
    private sealed record Listing(FrozenDictionary<string, long> Codes, long ReadAt);
}
