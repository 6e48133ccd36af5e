using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Telemetry;

/// <summary>
/// What a connection counts and measures of itself, beside its traffic. Kept over restarts of its actor, which writes it; <see cref="Batches"/> is the
/// read loop's. Readers are the actor and whoever collects.
/// </summary>
internal sealed class ConnectionTelemetry
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Lock _lock = new();

    // Made with the first of their kind.
    private Dictionary<string, KeyValuePair<string, object?>[]>? _extended;
    private long _downTicks;

    public ConnectionTelemetry(TelemetryOptions options, string system, string connection)
    {
        Options = options;
        _tags = [Instruments.Tag(Instruments.SystemTag, system), Instruments.Tag(Instruments.ConnectionTag, connection)];
        Batches = options.Metrics ? new BatchMeter(options, Listeners, _tags) : null;
    }

    public TelemetryOptions Options { get; }

    public ListenerGuard Listeners { get; } = new();

    public KeyValuePair<string, object?>[] Tags => _tags;

    /// <summary>Null where metrics are switched off.</summary>
    public BatchMeter? Batches { get; }

    public SocketTraffic Sockets { get; } = new();

    public TopicKinds Kinds { get; } = new();

    /// <summary>Updates of topics that are gone, by kind.</summary>
    public PastUpdates Past { get; } = new();

    public ErrorCounts Attempts { get; } = new();

    public ErrorCounts Reconnects { get; } = new();

    public ErrorCounts Errors { get; } = new();

    /// <summary>How long the connection was not Ready, of outages that are over.</summary>
    public TimeSpan Downtime => new(Volatile.Read(ref _downTicks));

    /// <summary>Ready again.</summary>
    public void OutageOver(TimeSpan lasted, ErrorClass? cause)
    {
        Volatile.Write(ref _downTicks, _downTicks + lasted.Ticks);
        Reconnects.Add(cause ?? ErrorClass.None);
        if (Options.Metrics && Instruments.OutageDuration.Enabled)
            Listeners.Record(Instruments.OutageDuration, lasted.TotalSeconds, [.. _tags, Instruments.Tag(cause ?? ErrorClass.None)]);
    }

    public void RoundTrip(TimeSpan took)
    {
        if (Options.Metrics)
            Listeners.Record(Instruments.PingDuration, took.TotalSeconds, _tags);
    }

    /// <summary>The handler read a message, since this time of <see cref="Stopwatch"/>.</summary>
    public void HandlerRead(long begunAt)
    {
        if (Options.Metrics && Instruments.HandlerDuration.Enabled)
            Listeners.Record(Instruments.HandlerDuration, Stopwatch.GetElapsedTime(begunAt).TotalSeconds, TagsWith("operation", "read"));
    }

    /// <summary>The handler built a login, since this time of <see cref="Stopwatch"/>.</summary>
    public void LoginBuilt(long begunAt)
    {
        if (Options.Metrics && Instruments.HandlerDuration.Enabled)
            Listeners.Record(Instruments.HandlerDuration, Stopwatch.GetElapsedTime(begunAt).TotalSeconds, TagsWith("operation", "login"));
    }

    /// <summary>A request has its outcome; from any thread.</summary>
    public void RequestEnded(TimeSpan took, string outcome)
    {
        if (Options.Metrics && Instruments.RequestDuration.Enabled)
            Listeners.Record(Instruments.RequestDuration, took.TotalSeconds, TagsWith("outcome", outcome));
    }

    private KeyValuePair<string, object?>[] TagsWith(string key, string value)
    {
        lock (_lock)
        {
            _extended ??= [];
            if (!_extended.TryGetValue(value, out var tags))
                _extended[value] = tags = [.. _tags, Instruments.Tag(key, value)];
            return tags;
        }
    }
}

/// <summary>Updates of topics that are gone, by kind; of few kinds. Thread-safe.</summary>
internal sealed class PastUpdates
{
    private readonly Dictionary<string, long> _counts = [];

    public void Add(string kind, long updates)
    {
        if (updates == 0)
            return;
        lock (_counts)
            _counts[kind] = _counts.GetValueOrDefault(kind) + updates;
    }

    /// <summary>These and those of topics that are there.</summary>
    public IReadOnlyDictionary<string, long> With(IEnumerable<KeyValuePair<string, long>> current)
    {
        Dictionary<string, long> sum;
        lock (_counts)
            sum = new(_counts);
        foreach (var (kind, updates) in current)
            sum[kind] = sum.GetValueOrDefault(kind) + updates;
        return sum;
    }
}
