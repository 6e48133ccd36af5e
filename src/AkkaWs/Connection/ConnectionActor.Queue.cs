using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Requests;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// The bounded queue of commands that may wait for Ready. Nothing that comes later overtakes what it holds for the same gate.
internal sealed partial class ConnectionActor
{
    // The last that left the queue, and where to.
    private (WireConnection Wire, WithdrawableWrite Write)? _lastOfQueue;

    /// <summary>Requests and sends while not Ready: they wait if they say so, and fail at once if not.</summary>
    private void QueueCommands(CloseReason? reason = null)
    {
        HandleRequests();
        Receive<Request>(m => OnRequest(m, Requester, wire: null), m => m.WhenNotReady.MayWait);
        Receive<RequestCall>(m => OnCall(m, wire: null), m => m.Command.WhenNotReady.MayWait);
        Receive<Send>(m => EnqueueSend(m, default), m => m.WhenNotReady.MayWait);
        Receive<TrackedSend>(m => EnqueueSend(m.Command, m.Cancelled), m => m.Command.WhenNotReady.MayWait);
        Receive<Request>(m => Reply(NotReady(m)));
        Receive<RequestCall>(m => m.Fail(NotReady(m.Command)));
        Receive<Send>(m => Reply(NotReady(m)));
        Receive<TrackedSend>(m => Reply(NotReady(m.Command)));

        NotSentException NotReady(object command) => new(
            Name, $"the connection is {_core.Handle.Current.State}{(reason is null ? "" : $" ({reason.Description})")}")
        { Command = command };
    }

    private TimeSpan TtlOf(WhenNotReady wish) => Min(wish.TtlOr(_core.Options.Queue.DefaultTtl), LongestWait);

    private void EnqueueSend(Send send, CancellationToken cancelled)
    {
        if (RefusesSize(send, Asker))
            return;
        var queued = new QueuedCommand(null, send, Asker)
        {
            ExpiresAt = Clock + TtlOf(send.WhenNotReady),
            Cancelled = cancelled,
            Kind = KindOf(send.Priority, send.Payload),
        };
        if (!TryEnqueue(queued, send.Payload.Length))
            Reply(new CapacityExceededException(Name, "the command queue", _core.Options.Queue.Capacity) { Command = send });
    }

    private bool TryEnqueue(QueuedCommand command, int size)
    {
        ForgetCancelled();
        if (!_core.Queue.TryEnqueue(command, size, command.ExpiresAt, out var dropped))
            return false;
        foreach (var oldest in dropped)
            FailQueued(oldest, given => new NotSentException(Name, "it gave way to a newer command in the full queue") { Command = given });
        ScheduleQueueExpiry();
        return true;
    }

    private void ScheduleQueueExpiry()
    {
        if (_core.Queue.NextExpiry is { } expiry)
            Timers.StartSingleTimer(nameof(QueueExpiry), new QueueExpiry(expiry), Max(expiry - Clock, ShortestBeat));
        else
            Timers.Cancel(nameof(QueueExpiry));
    }

    private void ExpireQueue()
    {
        foreach (var expired in _core.Queue.TakeExpired(Clock))
        {
            if (expired.Request is { Lost: not null } repeated)
                repeated.Seat.Actor.Tell(new ExpireRequest(repeated));
            else
                FailQueued(expired, command => new NotSentException(Name, "its time in the queue was over before the connection was Ready") { Command = command });
        }

        ScheduleQueueExpiry();
        ScheduleOutgoing(); // for what was held behind them
    }

    private void ForgetCancelled()
    {
        while (_core.Queue.Count > 0 && _core.Queue.TryRemove(queued => queued.Cancelled.IsCancellationRequested))
        {
            // Its caller has left.
        }
    }

    /// <summary>
    /// Behind the subscriptions: while those wait for their turn, so does the queue. What waits for one gate does not hold up what passes another.
    /// </summary>
    private void DrainQueue(OpenData data)
    {
        if (_core.Queue.Count == 0)
            return;
        ForgetCancelled();
        ExpireQueue();
        HashSet<RateGate<Throttled>?> shut = [];
        WriteQueued(_core.Queue.TakeAll(queued => MayLeave(_core.Gates.Of(queued.Kind), shut)), data.Wire);
        ScheduleQueueExpiry();
        ScheduleOutgoing();
    }

    // Time goes on meanwhile: where one had to stay, those behind it stay as well.
    private bool MayLeave(RateGate<Throttled>? gate, HashSet<RateGate<Throttled>?> shut)
    {
        if (shut.Contains(gate))
            return false;
        if (!IsBehindTopics(gate) && (gate is null || gate.TryTake(Clock, RateLane.Bulk)))
            return true;
        shut.Add(gate);
        return false;
    }

    // Topics do not hold up what passes another gate while they wait for theirs, nor what a message waits for that goes before them.
    private bool IsBehindTopics(RateGate<Throttled>? gate)
    {
        if (!_core.Ledger.HasUrgentWork)
            return false;
        if (_core.Gates.Of(RateKind.Subscription) is not { } topics)
            return true;
        return topics == gate ? !gate.HoldsUpTo(RateLane.Bulk) : topics.Until(Clock, RateLane.Bulk) <= TimeSpan.Zero;
    }

    /// <summary>A command that passes no gate does not wait for topics either: what came before it does not wait any longer.</summary>
    private void WriteUngatedQueue(WireConnection wire)
    {
        ForgetCancelled();
        ExpireQueue();
        WriteQueued(_core.Queue.TakeAll(queued => _core.Gates.Of(queued.Kind) is null), wire);
        ScheduleQueueExpiry();
    }

    private void WriteQueued(IReadOnlyList<QueuedCommand> commands, WireConnection wire)
    {
        foreach (var queued in commands)
        {
            WithdrawableWrite? write = null;
            if (queued.Send is { } send)
                write = Write(new ThrottledSend(send, queued.Asker, queued.ExpiresAt, WireLane.Normal, queued.Cancelled), wire);
            else if (queued.Request is { IsEnded: false } pending)
                write = Write(pending, wire);
            if (write is not null)
                _lastOfQueue = (wire, write);
        }
    }

    private bool IsQueued(RateGate<Throttled>? gate) => _core.Queue.Count > 0 && IsInQueue(gate);

    private bool IsInQueue(RateGate<Throttled>? gate) => _core.Queue.Contains(queued => _core.Gates.Of(queued.Kind) == gate);

    /// <summary>Whether what came out of the queue has not left this socket's own yet: its lanes would have it overtaken there.</summary>
    private bool HasQueueAhead(WireConnection wire)
    {
        if (_lastOfQueue is not { } last)
            return false;
        if (last.Wire == wire && last.Write.IsWaiting)
            return true;
        _lastOfQueue = null;
        return false;
    }

    private void FailQueue(CloseReason reason)
    {
        while (_core.Queue.TryDequeue(out var queued))
            FailQueued(queued, command => ClosedError(reason, command));
    }

    private static void FailQueued(QueuedCommand queued, Func<object, WebSocketClientException> error)
    {
        if (queued.Send is { } send)
            queued.Asker.Tell(new Status.Failure(error(send)));
        else if (queued.Request is { } pending)
            Drop(pending, error(pending.Command));
    }
}
