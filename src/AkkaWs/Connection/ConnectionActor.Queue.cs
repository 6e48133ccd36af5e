using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Requests;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// The bounded queue of commands that may wait for Ready.
internal sealed partial class ConnectionActor
{
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
        var queued = new QueuedCommand(null, send, Asker) { ExpiresAt = Clock + TtlOf(send.WhenNotReady), Cancelled = cancelled };
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
    }

    private void ForgetCancelled()
    {
        while (_core.Queue.Count > 0 && _core.Queue.TryRemove(queued => queued.Cancelled.IsCancellationRequested))
        {
            // Its caller has left.
        }
    }

    /// <summary>Behind the subscriptions: while those wait for their turn, so does the queue.</summary>
    private void DrainQueue(OpenData data)
    {
        if (_core.Queue.Count == 0)
            return;
        ForgetCancelled();
        ExpireQueue();
        while (_core.Queue.TryPeek(out var next) && !AsksFirst && TryPassInBulk(KindOf(next)) && _core.Queue.TryDequeue(out var queued))
        {
            if (queued.Send is { } send)
                Write(new ThrottledSend(send, queued.Asker, queued.ExpiresAt, WireLane.Normal, queued.Cancelled), data.Wire);
            else if (queued.Request is { IsEnded: false } pending)
                Write(pending, data.Wire);
        }

        ScheduleQueueExpiry();
    }

    // Topics do not hold up the queue where they wait for a gate that it does not pass.
    private bool AsksFirst =>
        _core.Ledger.HasUrgentWork && !(_core.Gates.Subscriptions is { } own && own.Until(Clock, RateLane.Bulk) > TimeSpan.Zero);

    private RateKind KindOf(QueuedCommand queued) => queued.Send is { } send ? KindOf(send.Priority, send.Payload)
        : queued.Request is { } pending ? KindOf(pending.Command.Priority, pending.Command.Payload)
        : RateKind.Other;

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
