using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// Requests and sends: one actor per request in flight, reused when idle; a bounded queue for those that may wait.
internal sealed partial class ConnectionActor
{
    // No wait is unbounded, and no sum with a clock overflows.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestBeat = TimeSpan.FromMilliseconds(1);

    // The soonest deadline that the timer is set for: one timer for all requests.
    private TimeSpan _nextDeadline = TimeSpan.MaxValue;
    private int _requestActors;

    private void HandleRequests()
    {
        Receive<RequestEnded>(m => Forget(m.Request));
        Receive<CancelRequest>(m => Abandon(_core.Requests.TryGet(m.Id, out var pending) ? pending : null));
        Receive<WithdrawRequest>(m => Abandon(m.Call.Accepted));
        Receive<RequestsDue>(m => OnRequestsDue(m.At));
        Receive<QueueExpiry>(m =>
        {
            _core.Clock.Reach(m.At);
            ExpireQueue();
        });
        Receive<ShrinkPool>(_ => ShrinkPoolOfRequests());
    }

    private PendingRequest? OnRequest(Request request, IRequester requester, WireConnection? wire)
    {
        if (!HasPlaceFor(request))
        {
            requester.Fail(new CapacityExceededException(Name, "pending requests", _core.Options.Requests.MaxPending) { Command = request });
            return null;
        }

        var (id, timeout) = (request.Id ?? _core.Handler.NextRequestId(), TimeoutOf(request));
        if (WhyNot(id, timeout) is { } why)
        {
            requester.Fail(new NotSentException(Name, why) { Command = request });
            return null;
        }

        OutboundMessage message;
        try
        {
            message = Observe(id, request, _core.Handler.EncodeRequest(id, request.Payload));
        }
        catch (Exception e)
        {
            requester.Fail(new NotSentException(Name, $"the protocol handler could not encode request {id}: {e.Message}", e) { Command = request });
            return null;
        }

        var now = Clock;
        var lane = wire is null ? WireLane.Normal : Lanes.OfWire(request.Priority);
        var expiresAt = now + (wire is null ? Min(request.WhenNotReady.QueueFor, timeout) : timeout);
        var pending = new PendingRequest(_core.Requests, id, request, requester, TakeSeat()) { Timeout = timeout, Deadline = now + timeout }
            .WithWrite(message, lane, new Expiry(_core.Clock, expiresAt));
        _core.Requests.Add(pending);
        if (wire is not null)
            WriteInTurn(pending, wire);
        else if (!TryEnqueue(new QueuedCommand(pending, null, ActorRefs.Nobody) { ExpiresAt = expiresAt }, message.Payload.Length))
            Drop(pending, new CapacityExceededException(Name, "the command queue", _core.Options.Queue.Capacity));
        WatchDeadline(pending.Deadline); // after the queue's, which may be due at the same time and knows better what became of it
        return pending;
    }

    private void OnCall(RequestCall call, WireConnection? wire) => call.Accepted = OnRequest(call.Command, call, wire);

    private AskingActor Requester => new(Asker, Self);

    private TimeSpan TimeoutOf(Request request) => request.Timeout is { } wanted ? Min(wanted, LongestWait) : _core.Options.Requests.Timeout;

    private string? WhyNot(RequestId id, TimeSpan timeout) =>
        _core.Requests.TryGet(id, out _) ? $"a request with id {id} is in flight already"
        : timeout <= TimeSpan.Zero ? $"its timeout of {timeout} leaves it no time"
        : null;

    // Cancels have as many places of their own: what waits for an answer never keeps one from leaving.
    private bool HasPlaceFor(Request request) => _core.Requests.Count < _core.Options.Requests.MaxPending
        || (request.Priority == MessagePriority.Cancel
            && _core.Requests.ToArray().Count(pending => pending.Command.Priority == MessagePriority.Cancel) < _core.Options.Requests.MaxPending);

    private void WriteInTurn(PendingRequest pending, WireConnection wire)
    {
        var verdict = _core.Outgoing is null ? RateVerdict.Passed : Offer(new ThrottledRequest(pending), Lanes.OfGate(pending.Command.Priority));
        if (verdict == RateVerdict.Passed)
            Write(pending, wire);
        else if (verdict == RateVerdict.Rejected)
            Drop(pending, TooManyThrottled(pending.Command));
    }

    private CapacityExceededException TooManyThrottled(object command) =>
        new(Name, "messages that wait for their turn", _core.Options.Rates.Outgoing.MaxWaiting) { Command = command };

    // Written from here and not by the request's actor, so that requests leave in the order in which they came.
    private void Write(PendingRequest pending, WireConnection wire)
    {
        pending.GoTo(_core.Epoch, Now);
        if (wire.TryPost(pending.NextWrite, more: true))
            FlushBehind(wire);
        else
            Drop(pending, new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites));
    }

    private RequestSeat TakeSeat()
    {
        if (_core.Requests.TryTakeIdle() is { } idle)
            return idle;
        var seat = new RequestSeat();
        seat.Actor = Context.ActorOf(RequestActor.Props(Name, _core.Handler, seat), $"request-{++_core.NextChild}");
        _requestActors++;
        ScheduleShrink();
        return seat;
    }

    private void ScheduleShrink()
    {
        if (_requestActors > 0 && !Timers.IsTimerActive(nameof(ShrinkPool)))
            Timers.StartSingleTimer(nameof(ShrinkPool), ShrinkPool.Instance, _core.Options.Requests.CleanupInterval);
    }

    private void ShrinkPoolOfRequests()
    {
        Stop(_core.Requests.TakeSpare());
        ScheduleShrink();
    }

    private void Stop(IReadOnlyList<RequestSeat> seats)
    {
        foreach (var seat in seats)
            Context.Stop(seat.Actor);
        _requestActors -= seats.Count;
    }

    private void WatchDeadline(TimeSpan deadline)
    {
        if (deadline >= _nextDeadline)
            return;
        _nextDeadline = deadline;
        Timers.StartSingleTimer(nameof(RequestsDue), new RequestsDue(deadline), Max(deadline - Clock, ShortestBeat));
    }

    private void OnRequestsDue(TimeSpan at)
    {
        _core.Clock.Reach(at);
        var now = Clock;
        var next = TimeSpan.MaxValue;
        foreach (var pending in _core.Requests.ToArray())
        {
            if (pending.Deadline > now)
                next = Min(next, pending.Deadline);
            else
                pending.Seat.Actor.Tell(new TimeOutRequest(pending));
        }

        _nextDeadline = TimeSpan.MaxValue;
        if (next < TimeSpan.MaxValue)
            WatchDeadline(next);
    }

    /// <summary>Requests outlive the timers of a state.</summary>
    private void CancelTimers()
    {
        Timers.CancelAll();
        _nextDeadline = TimeSpan.MaxValue;
        foreach (var pending in _core.Requests.ToArray())
            WatchDeadline(pending.Deadline);
    }

    /// <summary>A response that the read loop did not hand over itself: to no request, to one that has its outcome, or to one that was not written.</summary>
    private void OnResponse(ResponseReceived response, OpenData? data = null)
    {
        if (TryAnswer(response))
            return;
        if (data is not null)
        {
            OnUnrequested(data, response);
            return;
        }

        _core.LateResponses++;
        response.Credit.Release();
    }

    private bool TryAnswer(ResponseReceived response)
    {
        if (!_core.Requests.TryGet(response.Id, out var pending) || !_core.Requests.TryAnswer(pending, response.Payload))
            return false;
        response.Credit.Release();
        Forget(pending);
        return true;
    }

    /// <summary>It has its outcome: nothing of it may wait any longer, and nothing for it.</summary>
    private void Forget(PendingRequest request)
    {
        if (_core.Queue.Count > 0)
            _core.Queue.TryRemove(queued => queued.Request == request);
        if (_core.Outgoing is { Waiting: > 0 } gate)
            gate.RemoveAll(item => item is ThrottledRequest throttled && throttled.Request == request);
        RequestSettled(request);
    }

    private static void Abandon(PendingRequest? pending) => pending?.Seat.Actor.Tell(new AbandonRequest(pending));

    /// <param name="reason">How the connection was lost that they were written to.</param>
    /// <param name="mayRepeat">Whether those that want it are written again.</param>
    /// <param name="only">Which ones; null: all.</param>
    private void FailPending(CloseReason reason, bool mayRepeat = false, HashSet<PendingRequest>? only = null)
    {
        List<PendingRequest> repeated = [];
        foreach (var pending in _core.Requests.ToArray())
        {
            if (only?.Contains(pending) == false || _core.Queue.Contains(queued => queued.Request == pending))
                continue;
            if (mayRepeat && pending.MayBeRepeated)
                repeated.Add(pending);
            else
                Fail(pending, pending.Lost ?? reason);
        }

        foreach (var pending in repeated.OrderBy(request => request.Write.PostedAt))
            Repeat(pending, reason);
    }

    private static void Fail(PendingRequest pending, CloseReason reason) => pending.Seat.Actor.Tell(new FailRequest(pending, reason));

    // Its actor need not know: the second write shares the state of the first, which it ends with the request.
    private void Repeat(PendingRequest pending, CloseReason reason)
    {
        var queued = new QueuedCommand(pending, null, ActorRefs.Nobody) { ExpiresAt = pending.Deadline };
        if (!pending.TryRepeat(reason, new Expiry(_core.Clock, pending.Deadline)) || !TryEnqueue(queued, pending.NextWrite.Payload.Length))
            Fail(pending, reason);
    }

    private void OnSend(Send send, IActorRef asker, WireConnection wire, CancellationToken cancelled = default)
    {
        TimeSpan? patience = _core.Outgoing is null ? null
            : send.WhenNotReady.QueueFor > TimeSpan.Zero ? Min(send.WhenNotReady.QueueFor, LongestWait) : _core.Options.Queue.DefaultTtl;
        var throttled = new ThrottledSend(send, asker, Clock + patience, Lanes.OfWire(send.Priority), cancelled);
        var verdict = Offer(throttled, Lanes.OfGate(send.Priority));
        if (verdict == RateVerdict.Passed)
            Write(throttled, wire);
        else if (verdict == RateVerdict.Rejected)
            asker.Tell(new Status.Failure(TooManyThrottled(send)));
    }

    private void Write(ThrottledSend item, WireConnection wire)
    {
        var send = item.Command;
        var write = new SendWrite(new OutboundMessage(send.Payload, send.IsBinary), item.Asker, Name, send, Now, item.Lane)
        {
            Expiry = item.ExpiresAt is { } at ? new Expiry(_core.Clock, at) : null,
            Cancelled = item.Cancelled,
        };
        if (!wire.TryPost(write))
            item.Asker.Tell(new Status.Failure(new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites) { Command = send }));
    }

    /// <summary>Requests and sends while not Ready: they wait if they say so, and fail at once if not.</summary>
    private void QueueCommands(CloseReason? reason = null)
    {
        HandleRequests();
        Receive<Request>(m => OnRequest(m, Requester, wire: null), m => m.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<RequestCall>(m => OnCall(m, wire: null), m => m.Command.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<Send>(m => EnqueueSend(m, default), m => m.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<TrackedSend>(m => EnqueueSend(m.Command, m.Cancelled), m => m.Command.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<Request>(m => Reply(NotReady(m)));
        Receive<RequestCall>(m => m.Fail(NotReady(m.Command)));
        Receive<Send>(m => Reply(NotReady(m)));
        Receive<TrackedSend>(m => Reply(NotReady(m.Command)));

        void EnqueueSend(Send send, CancellationToken cancelled) => Enqueue(
            new QueuedCommand(null, send, Asker) { ExpiresAt = Clock + Min(send.WhenNotReady.QueueFor, LongestWait), Cancelled = cancelled }, send.Payload.Length, send);

        NotSentException NotReady(object command) => new(
            Name, $"the connection is {_core.Handle.Current.State}{(reason is null ? "" : $" ({reason.Description})")}")
        { Command = command };
    }

    private bool Enqueue(QueuedCommand command, int size, object original)
    {
        if (TryEnqueue(command, size))
            return true;
        Reply(new CapacityExceededException(Name, "the command queue", _core.Options.Queue.Capacity) { Command = original });
        return false;
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
        while (_core.Queue.Count > 0 && !_core.Ledger.HasWork && TryPassInBulk() && _core.Queue.TryDequeue(out var queued))
        {
            if (queued.Send is { } send)
                Write(new ThrottledSend(send, queued.Asker, queued.ExpiresAt, WireLane.Normal, queued.Cancelled), data.Wire);
            else if (queued.Request is { IsEnded: false } pending)
                Write(pending, data.Wire);
        }

        ScheduleQueueExpiry();
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

    /// <summary>It is not written: that is certain only of one that was not written before.</summary>
    private static void Drop(PendingRequest pending, WebSocketClientException error) =>
        pending.Seat.Actor.Tell(pending.Lost is { } lost ? new FailRequest(pending, lost) : new DropRequest(pending, error));

    private void Reply(WebSocketClientException error) => Asker.Tell(new Status.Failure(error));

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
