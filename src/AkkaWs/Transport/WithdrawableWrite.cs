using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>
/// A write that is either begun by the writer or withdrawn, never both: what was withdrawn, or has expired when its turn comes, leaves no byte on
/// the wire.
/// </summary>
internal abstract class WithdrawableWrite : WireWrite
{
    private const int Waiting = 0, Started = 1, Withdrawn = 2;
    private int _state;

    protected WithdrawableWrite(OutboundMessage message, WireLane lane)
        : base(message.IsBinary ? WireOpcode.Binary : WireOpcode.Text, message.Payload, lane)
    {
    }

    /// <summary>When it must no longer be written; null: it may be whenever its turn comes.</summary>
    public Expiry? Expiry { get; init; }

    /// <summary>Whether bytes of it may have left.</summary>
    public bool HasBegun => Volatile.Read(ref _state) == Started;

    /// <summary>Makes sure that it is never written, unless it has begun already.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) != Started;

    /// <inheritdoc/>
    protected sealed override bool TryBegin()
    {
        if (IsUnwanted && Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting)
            OnExpired();
        return Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;
    }

    /// <summary>Whether it would be withdrawn were its turn now.</summary>
    protected virtual bool IsUnwanted => Expiry is { IsOver: true };

    /// <summary>Its turn came too late; runs on the writer's thread.</summary>
    protected abstract void OnExpired();
}

/// <summary>A time on a clock.</summary>
internal readonly record struct Expiry(TrafficClock Clock, TimeSpan At)
{
    public bool IsOver => Clock.Now >= At;
}
