using System.Collections.Frozen;
using System.Globalization;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// The numbers of instruments from OKX's REST API, which asks for no key. They are got before the first connect, and again in the background where a connection is
/// made or an order is sent an hour later, where an order names an instrument that is not known, or where OKX knows none by its number (51001): at most every 30 s.
/// Where one of the lists fails, all numbers of before go on. An instrument that OKX lists no more keeps its number, so that its orders can be cancelled.
/// Thread-safe: one serves all connections.
/// </summary>
/// <example><code>
/// var handler = new OkxHandler(OkxStream.Private, credentials, instruments: new OkxInstrumentCodes(["SPOT", "SWAP"]));
/// </code></example>
public sealed class OkxInstrumentCodes : IInstrumentCodes
{
    // An instrument has about 1 KB, and no type has more than some thousands.
    private const int MaxBody = 16 * 1024 * 1024;

    // Many times what OKX lists.
    private const int MaxInstruments = 100_000;

    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);
    private static readonly string[] DefaultTypes = ["SPOT", "SWAP", "FUTURES"];

    private readonly (string Type, SignedRest Source)[] _lists;
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
        _lists = [.. instrumentTypes.Distinct(StringComparer.Ordinal).Select(type => (type, new SignedRest(new Uri($"{url}?instType={Uri.EscapeDataString(type)}"), handler, _clock, MaxBody)))];
    }

    /// <summary>How many instruments it knows.</summary>
    public int Count => Volatile.Read(ref _listing)?.Codes.Count ?? 0;

    /// <summary>Waits for the numbers where there are none yet; where there are, it holds no connection up.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">OKX did not answer, or with another status than success.</exception>
    /// <exception cref="InvalidOperationException">OKX answered with an error for one of the types, or without any number.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _listing) is not { } listing)
            await Load().WaitAsync(cancellationToken).ConfigureAwait(false);
        else
            RefreshIfOld(listing);
    }

    /// <inheritdoc/>
    public long? Find(string instrument)
    {
        if (Volatile.Read(ref _listing) is { } listing && listing.Codes.TryGetValue(instrument, out var code))
        {
            RefreshIfOld(listing);
            return code;
        }

        // Listed since then, perhaps: the next order may find it.
        Refresh();
        return null;
    }

    /// <summary>Gets the numbers anew in the background, unless that was begun within the last 30 s.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            if (_triedAt is not { } tried || _clock.GetElapsedTime(tried) >= RetryInterval)
                _ = Load();
        }
    }

    /// <summary>Its name.</summary>
    public override string ToString() => nameof(OkxInstrumentCodes);

    // A connection may last for days, and an instrument be listed anew under another number.
    private void RefreshIfOld(Listing listing)
    {
        if (_clock.GetElapsedTime(listing.ReadAt) >= Freshness)
            Refresh();
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
        var answers = await Task.WhenAll(_lists.Select(list => list.Source.GetAsync(_header, CancellationToken.None))).ConfigureAwait(false);
        var codes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (list, answer) in _lists.Zip(answers))
            Read(list.Type, answer, codes);
        if (codes.Count == 0)
            throw new InvalidOperationException("OKX answered without the number of an instrument.");
        if (Volatile.Read(ref _listing) is { } before)
            KeepGone(before.Codes, codes);
        Volatile.Write(ref _listing, new Listing(codes.ToFrozenDictionary(StringComparer.Ordinal), _clock.GetTimestamp()));
    }

    private static void Read(string type, byte[] answer, Dictionary<string, long> codes)
    {
        var code = JsonBody.Find(answer, "code"u8);
        if (!code.Has() || !code.TextIs(answer, "0"u8))
            throw new InvalidOperationException($"OKX gave no list of the type {type}{WhyNot(answer, code)}.");
        var instruments = new OkxInstrumentReader(answer);
        while (instruments.Next())
            codes[instruments.Name] = instruments.Code;
    }

    // Nothing of the answer is repeated but a number.
    private static string WhyNot(byte[] answer, JsonSlice code) =>
        code.Has() && int.TryParse(code.TextOf(answer), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? $" (code {number})" : "";

    // Of a delisted instrument orders may rest. A number that another instrument has by now is its own no more.
    private static void KeepGone(FrozenDictionary<string, long> before, Dictionary<string, long> codes)
    {
        HashSet<long> taken = [.. codes.Values];
        foreach (var (instrument, code) in before)
        {
            if (codes.Count < MaxInstruments && !taken.Contains(code))
                codes.TryAdd(instrument, code);
        }
    }

    /// <summary>What OKX has answered, and when, in ticks of the clock.</summary>
    private sealed record Listing(FrozenDictionary<string, long> Codes, long ReadAt);
}
