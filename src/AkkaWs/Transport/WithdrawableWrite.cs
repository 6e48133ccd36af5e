using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>
/// A write that is either begun by the writer or withdrawn, never both: what was withdrawn, or has expired when its turn comes, leaves no byte on
/// the wire. One that was begun may be written again by another that shares its state, unless it has ended meanwhile.
/// </summary>
internal abstract class WithdrawableWrite : WireWrite
{
    // Waiting → Started → WaitingAgain → Started; Withdrawn left no byte, Ended may have.
    private const int Waiting = 0, Started = 1, Withdrawn = 2, WaitingAgain = 3, Ended = 4;
    private readonly WithdrawableWrite? _first;
    private int _state;

    protected WithdrawableWrite(OutboundMessage message, WireLane lane)
        : base(message.IsBinary ? WireOpcode.Binary : WireOpcode.Text, message.Payload, lane)
    {
    }

    /// <summary>The same message once more, in the state of <paramref name="first"/>.</summary>
    protected WithdrawableWrite(WithdrawableWrite first, WireLane lane)
        : base(first.Opcode, first.Payload, lane) => _first = first._first ?? first;

    /// <summary>When it must no longer be written; null: it may be whenever its turn comes.</summary>
    public Expiry? Expiry { get; init; }

    /// <summary>Whether bytes of it may have left.</summary>
    public bool HasBegun => Volatile.Read(ref State) is Started or WaitingAgain or Ended;

    /// <summary>Whether it was begun, is not to be written once more, and has not ended: an answer to it may come.</summary>
    public bool IsOut => Volatile.Read(ref State) == Started;

    /// <summary>Whether its turn may still come.</summary>
    public bool IsWaiting => Volatile.Read(ref State) is Waiting or WaitingAgain;

    private ref int State => ref (_first ?? this)._state;

    /// <summary>Makes sure that it is never written, or not again; false if bytes of it may have left.</summary>
    public bool TryWithdraw()
    {
        TryLeave();
        return !HasBegun;
    }

    /// <summary>Makes sure that it is never written, or not again, also not by <see cref="TryWaitAgain"/>.</summary>
    public void End()
    {
        if (!TryLeave())
            Interlocked.CompareExchange(ref State, Ended, Started);
    }

    /// <summary>Lets it be written a second time, unless it never was or has ended.</summary>
    protected bool TryWaitAgain() => Interlocked.CompareExchange(ref State, WaitingAgain, Started) == Started;

    /// <inheritdoc/>
    protected sealed override bool TryBegin()
    {
        if (IsUnwanted && TryLeave())
            OnExpired();
        ref var state = ref State;
        return Interlocked.CompareExchange(ref state, Started, Waiting) == Waiting
            || Interlocked.CompareExchange(ref state, Started, WaitingAgain) == WaitingAgain;
    }

    private bool TryLeave()
    {
        ref var state = ref State;
        return Interlocked.CompareExchange(ref state, Withdrawn, Waiting) == Waiting
            || Interlocked.CompareExchange(ref state, Ended, WaitingAgain) == WaitingAgain;
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
