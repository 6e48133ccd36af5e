using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Telemetry;

/// <summary>Measures what a read brings, once for all of it. Written within the read turn, read by anyone; no allocation but the first time.</summary>
internal sealed class BatchMeter(TelemetryOptions options, ListenerGuard listeners, KeyValuePair<string, object?>[] tags)
{
    private static readonly double SecondsPerTick = 1.0 / Stopwatch.Frequency;

    private readonly long _budget = options.LatencyBudget is { } budget ? (long)(budget.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
    private readonly RateWindow _rate = new(Stopwatch.GetTimestamp());

    // An idle connection has none.
    private LatencyHistogram? _latency;
    private long _violations;
    private int _isArmed = 1;

    /// <summary>Who is told of the first violation, once until <see cref="Arm"/>.</summary>
    public IActorRef Owner { get; set; } = ActorRefs.Nobody;

    /// <summary>Updates that took longer than the budget.</summary>
    public long Violations => Volatile.Read(ref _violations);

    public double MessagesPerSecond => _rate.PerSecond(Stopwatch.GetTimestamp());

    public LatencyMetrics? Latency => Volatile.Read(ref _latency)?.Snapshot(Violations);

    /// <summary>From now on the next violation is told.</summary>
    public void Arm() => Volatile.Write(ref _isArmed, 1);

    /// <summary>Every message of a batch was understood.</summary>
    /// <param name="messages">How many messages it has.</param>
    /// <param name="begunAt">When its handling began, in ticks of <see cref="Stopwatch"/>; later by the time that it took to hand over some of its updates already.</param>
    public void Understood(int messages, long begunAt)
    {
        if (messages > 0 && Instruments.ClassifyDuration.Enabled)
            listeners.Record(Instruments.ClassifyDuration, (Stopwatch.GetTimestamp() - begunAt) * SecondsPerTick / messages, tags);
    }

    /// <summary>A batch was handled.</summary>
    /// <param name="messages">How many messages it has.</param>
    /// <param name="delivered">How many updates of it were handed to subscribers.</param>
    /// <param name="receivedAt">When it was read, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="begunAt">When its handling began.</param>
    public void Observe(int messages, int delivered, long receivedAt, long begunAt)
    {
        var now = Stopwatch.GetTimestamp();
        _rate.Add(now, messages);
        if (messages > 0 && Instruments.ProcessDuration.Enabled)
            listeners.Record(Instruments.ProcessDuration, (now - begunAt) * SecondsPerTick / messages, tags);
        if (delivered == 0)
            return;
        var took = now - receivedAt;
        (_latency ?? AddLatency()).Record(took, delivered);
        if (Instruments.DeliveryDuration.Enabled)
            listeners.Record(Instruments.DeliveryDuration, took * SecondsPerTick, tags);
        if (took > _budget)
            Violate(took, delivered);
    }

    private LatencyHistogram AddLatency()
    {
        var added = new LatencyHistogram();
        Volatile.Write(ref _latency, added);
        return added;
    }

    private void Violate(long took, int delivered)
    {
        Volatile.Write(ref _violations, _violations + delivered);
        if (Volatile.Read(ref _isArmed) == 1 && Interlocked.Exchange(ref _isArmed, 0) == 1)
            Owner.Tell(new LatencyBudgetBroken(Stopwatch.GetElapsedTime(0, took)), ActorRefs.NoSender);
    }
}

/// <summary>Tells the connection's actor that updates took too long; nothing more until it arms the meter again.</summary>
internal sealed record LatencyBudgetBroken(TimeSpan Took) : INoSerializationVerificationNeeded, Akka.Event.IDeadLetterSuppression;
