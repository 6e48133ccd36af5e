using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AkkaWs.Tests.Support;

/// <summary>One measurement of the meter <c>AkkaWs</c>.</summary>
internal sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, string> Tags);

/// <summary>Listens to the meter <c>AkkaWs</c>, for one connection.</summary>
internal sealed class MeterProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _recorded = new();
    private readonly ConcurrentQueue<Measured> _observed = new();
    private readonly Lock _collecting = new();
    private readonly string _connection;

    public MeterProbe(string connection)
    {
        _connection = connection;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "AkkaWs")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Is told of what a histogram records, on the thread that does.</summary>
    public Action<Measured>? OnRecorded { get; set; }

    /// <summary>What histograms recorded since the beginning.</summary>
    public IReadOnlyList<Measured> Recorded(string instrument) => [.. _recorded.Where(measured => measured.Instrument == instrument)];

    /// <summary>What the other instruments show now.</summary>
    public IReadOnlyList<Measured> Collect()
    {
        lock (_collecting)
        {
            _observed.Clear();
            _listener.RecordObservableInstruments();
            return [.. _observed];
        }
    }

    /// <summary>The sum of what an instrument shows now, of those measurements that have these tags.</summary>
    public double Now(string instrument, string? key = null, string? value = null) => Collect()
        .Where(measured => measured.Instrument == instrument && (key is null || measured.Tags.GetValueOrDefault(key) == value))
        .Sum(measured => measured.Value);

    /// <summary>Everything that was recorded and is shown now.</summary>
    public IReadOnlyList<Measured> All() => [.. _recorded, .. Collect()];

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // Those of other tests' connections cost them nothing.
        if (!IsOurs(tags))
            return;
        var named = new Dictionary<string, string>();
        foreach (var (key, tag) in tags)
            named[key] = $"{tag}";
        var measured = new Measured(instrument.Name, value, named);
        (instrument.IsObservable ? _observed : _recorded).Enqueue(measured);
        if (!instrument.IsObservable)
            OnRecorded?.Invoke(measured);
    }

    private bool IsOurs(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, tag) in tags)
        {
            if (key == "connection")
                return _connection.Equals(tag);
        }

        return false;
    }
}
