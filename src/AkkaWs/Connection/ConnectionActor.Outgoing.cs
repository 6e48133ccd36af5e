using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// The gates that outgoing messages pass where the options limit their rate; without a limit there is none. Requests, sends and pings wait in them.
// Subscriptions and the queue are asked for when they let them pass: a wish that has changed meanwhile was never written.
internal sealed partial class ConnectionActor
{
    // What requests have posted to it waits for FlushWrites.
    private WireConnection? _unflushed;

    private void Throttling(OpenData data, bool isReady) => Receive<OutgoingDue>(
        m =>
        {
            _core.Clock.Reach(m.At);
            if (isReady)
                Pump(data);
            else
                ReleaseUrgent(data);
            ScheduleOutgoing();
        },
        m => m.Epoch == _core.Epoch);

    private RateVerdict Offer(RateGate<Throttled>? gate, Throttled item, RateLane lane)
    {
        if (gate is null)
            return RateVerdict.Passed;
        Purge(gate);
        var verdict = gate.Offer(Clock, lane, item);
        if (verdict == RateVerdict.Waiting)
            ScheduleOutgoing();
        return verdict;
    }

    /// <summary>A caller's message: while the queue holds something for its gate, it waits until that has passed; then it has its turn by its lane.</summary>
    private RateVerdict OfferBehindQueue(RateGate<Throttled> gate, Throttled item, RateLane lane)
    {
        if (!IsQueued(gate))
        {
            gate.LetGo();
            return Offer(gate, item, lane);
        }

        Purge(gate);
        var verdict = gate.Hold(lane, item);
        ScheduleOutgoing();
        return verdict;
    }

    private RateVerdict PassBehindQueue(WireConnection wire)
    {
        if (_core.Queue.Count > 0)
            WriteUngatedQueue(wire);
        return RateVerdict.Passed;
    }

    /// <summary>Whether a subscription may be written now; if not, the gate's timer asks again. What is held for lanes above it goes first.</summary>
    private bool TryPassInBulk(RateGate<Throttled>? gate)
    {
        if (gate is null || (!gate.HoldsUpTo(RateLane.Bulk) && gate.TryTake(Clock, RateLane.Bulk)))
            return true;
        ScheduleOutgoing();
        return false;
    }

    // The handler's word counts only where orders have a limit of their own; where it fails, the message counts as one.
    private RateKind KindOf(MessagePriority priority, ReadOnlyMemory<byte> payload)
    {
        if (priority == MessagePriority.Subscribe)
            return RateKind.Subscription;
        if (_core.Gates.Orders is null)
            return RateKind.Other;
        try
        {
            return _core.Handler.IsOrder(payload) ? RateKind.Order : RateKind.Other;
        }
        catch (Exception e)
        {
            ReportHandlerError(e, _core.Epoch, MessageKind.Unknown);
            return RateKind.Order;
        }
    }

    /// <summary>Orders and what is above them, then subscriptions, the queue, the rest; then topics that the server left unanswered before.</summary>
    private void Pump(OpenData data)
    {
        foreach (var gate in _core.Gates.All)
            Release(data, gate, RateLane.Bulk);
        if (_core.Ledger.HasUrgentWork)
            Reconcile(data);
        DrainQueue(data);
        LetGoBehindQueue();
        var epoch = _core.Epoch;
        ReconcileBeside(data);
        if (epoch != _core.Epoch)
            return;
        foreach (var gate in _core.Gates.All.Where(gate => !IsWaitedFor(gate)))
            Release(data, gate, RateLane.Rest);
        Reconcile(data);
    }

    /// <summary>Whether topics, or the queue, come before the rest at this gate.</summary>
    private bool IsWaitedFor(RateGate<Throttled> gate) =>
        (gate == _core.Gates.Of(RateKind.Subscription) && _core.Ledger.HasUrgentWork)
        || (gate == _core.Gates.OfBeside(RateKind.Subscription) && HasWorkBeside)
        || IsQueued(gate);

    private void LetGoBehindQueue()
    {
        foreach (var gate in _core.Gates.All.Where(gate => gate.HoldsUpTo(RateLane.Rest) && !IsQueued(gate)))
            gate.LetGo();
    }

    private void ReleaseUrgent(OpenData data)
    {
        foreach (var gate in _core.Gates.All)
            Release(data, gate, RateLane.Urgent);
    }

    private void Release(OpenData data, RateGate<Throttled> gate, RateLane upTo)
    {
        Purge(gate);
        while (_cause is null && gate.TryRelease(Clock, upTo, out var item))
        {
            switch (item)
            {
                case ThrottledRequest { Request: { IsEnded: false } pending }:
                    Write(pending, data.Wire);
                    break;
                case ThrottledSend send:
                    Write(send, data.Wire);
                    break;
                case ThrottledPost post when post.Epoch == _core.Epoch:
                    Write(data, post.Message);
                    if (post.IsLogin)
                        StartLoginDeadline(TimeSpan.Zero);
                    break;
                case ThrottledPost post when post.Epoch == _standby?.Epoch:
                    if (WriteToStandby(_standby!, post.Message) && post.IsLogin)
                        StartStandbyLoginDeadline(_standby!, TimeSpan.Zero);
                    break;
                case ThrottledPost post when post.Epoch == _overlap?.Epoch:
                    Write(_overlap!, post.Message);
                    break;
                case ThrottledPing when _heartbeat is { } heartbeat:
                    WritePing(data, heartbeat);
                    break;
                default:
                    break;
            }
        }
    }

    // So many requests leave together where they come in a burst: their order in one write is that of their lanes.
    private void FlushBehind(WireConnection wire)
    {
        if (_unflushed == wire)
            return;
        FlushNow();
        _unflushed = wire;
        Self.Tell(FlushWrites.Instance);
    }

    private void FlushNow()
    {
        _unflushed?.Flush();
        _unflushed = null;
    }

    // What has expired or was cancelled must not use up a turn.
    private void Purge(RateGate<Throttled> gate)
    {
        if (gate.Waiting == 0)
            return;
        var now = Clock;
        foreach (var gone in gate.RemoveAll(item => item is ThrottledSend send && (send.ExpiresAt <= now || send.Cancelled.IsCancellationRequested)))
        {
            if (gone is ThrottledSend send)
                send.Asker.Tell(new Status.Failure(new NotSentException(Name, "its time was over while it waited for its turn") { Command = send.Command }));
        }
    }

    private void ScheduleOutgoing()
    {
        LetGoBehindQueue();
        var now = Clock;
        if (NextTurn(now) is not { } next)
            return;
        foreach (var item in _core.Gates.All.SelectMany(gate => gate.All))
        {
            if (item is ThrottledSend { ExpiresAt: { } expiry })
                next = Min(next, expiry - now);
        }

        var delay = Max(next, ShortestBeat);
        Timers.StartSingleTimer(nameof(OutgoingDue), new OutgoingDue(_core.Epoch, now + delay), delay);
    }

    // Of what waits at a gate, of topics that are to be asked for, and of the queue.
    private TimeSpan? NextTurn(TimeSpan now)
    {
        var next = _core.Gates.NextAvailable(now);
        if (_core.Handle.Current.State != ConnectionState.Ready)
            return next;
        if (_core.Ledger.HasWork && _core.Gates.Of(RateKind.Subscription) is { } asking)
            next = Min(next ?? TimeSpan.MaxValue, asking.Until(now, RateLane.Bulk));
        if (HasWorkBeside && _core.Gates.OfBeside(RateKind.Subscription) is { } beside)
            next = Min(next ?? TimeSpan.MaxValue, beside.Until(now, RateLane.Bulk));
        foreach (var gate in _core.Gates.All.Where(gate => IsQueued(gate)))
            next = Min(next ?? TimeSpan.MaxValue, gate.Until(now, RateLane.Bulk));
        return next;
    }

    /// <summary>The physical connection that they waited for is gone; requests are told with those that were written.</summary>
    private void FailThrottled(CloseReason reason)
    {
        foreach (var item in _core.Gates.RemoveAll(_ => true))
        {
            if (item is ThrottledSend send)
            {
                send.Asker.Tell(new Status.Failure(
                    new NotSentException(Name, $"the connection was lost while it waited for its turn ({reason.Description})") { Command = send.Command }));
            }
        }
    }
}

/// <summary>What waits at the gate for its turn.</summary>
internal abstract record Throttled;

internal sealed record ThrottledPing : Throttled;

/// <summary>Ours, for one physical connection.</summary>
internal sealed record ThrottledPost(Epoch Epoch, OutboundMessage Message) : Throttled
{
    /// <summary>Whether the server's time to answer a login begins with its write.</summary>
    public bool IsLogin { get; init; }
}

internal sealed record ThrottledRequest(PendingRequest Request) : Throttled;

internal sealed record ThrottledSend(Send Command, IActorRef Asker, TimeSpan? ExpiresAt, WireLane Lane, CancellationToken Cancelled) : Throttled;
