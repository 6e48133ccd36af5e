using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Telemetry;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// Requests: one actor per request in flight; a deadline for each, and one timer for all.
internal sealed partial class ConnectionActor
{
    // No wait is unbounded, and no sum with a clock overflows.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestBeat = TimeSpan.FromMilliseconds(1);

    // An answer that is so late, or ten times as late as requests wait, is lost.
    private static readonly TimeSpan LatestAnswer = TimeSpan.FromMinutes(5);
    private const int TimeoutsToLatestAnswer = 10;

    // A handler whose ids are taken so often in a row makes no fresh ones.
    private const int MostIdsTried = 10_000;

    // The soonest deadline that the timer is set for: one timer for all requests.
    private TimeSpan _nextDeadline = TimeSpan.MaxValue;

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

        var timeout = TimeoutOf(request);
        if (IdOf(request, requester) is not { } id)
            return null;
        if (WhyNot(id, request.Id is null, timeout) is { } why)
        {
            requester.Fail(new NotSentException(Name, why) { Command = request });
            return null;
        }

        OutboundMessage message;
        try
        {
            message = Observe(id, request, _core.Handler.EncodeRequest(id, request.Payload) ?? throw new InvalidOperationException("it made no message"));
        }
        catch (Exception e)
        {
            requester.Fail(new NotSentException(Name, $"the protocol handler could not encode request {id}: {OutsideText.Of(e)}", e) { Command = request });
            return null;
        }

        if (message.Payload.Length > _core.Options.MaxMessageSize)
        {
            _spans.Ended(id, OutcomeName.NotSent, "message_too_large");
            requester.Fail(new MessageTooLargeException(Name, $"request {id}, {message.Payload.Length} bytes,", _core.Options.MaxMessageSize) { Command = request });
            return null;
        }

        var now = Clock;
        var lane = wire is null ? WireLane.Normal : Lanes.OfWire(request.Priority);
        var expiresAt = now + (wire is null ? Min(TtlOf(request.WhenNotReady), timeout) : timeout);
        var pending = new PendingRequest(_core.Requests, id, request, requester, TakeSeat()) { Timeout = timeout, Deadline = now + timeout }
            .WithWrite(message, lane, new Expiry(_core.Clock, expiresAt));
        _core.Requests.Add(pending);
        if (wire is not null)
            WriteInTurn(pending, wire);
        else if (!TryEnqueue(QueuedRequest(pending, expiresAt), message.Payload.Length))
            Drop(pending, new CapacityExceededException(Name, "the command queue", _core.Options.Queue.Capacity));
        WatchDeadline(pending.Deadline); // after the queue's, which may be due at the same time and knows better what became of it
        return pending;
    }

    private RequestId? IdOf(Request request, IRequester requester)
    {
        try
        {
            return request.Id ?? NextId();
        }
        catch (Exception e)
        {
            requester.Fail(new NotSentException(Name, $"the protocol handler could not make an id: {OutsideText.Of(e)}", e) { Command = request });
            return null;
        }
    }

    private void OnCall(RequestCall call, WireConnection? wire) => call.Accepted = OnRequest(call.Command, call, wire);

    private AskingActor Requester => new(Asker, Self);

    private TimeSpan TimeoutOf(Request request) => request.Timeout is { } wanted ? Min(wanted, LongestWait) : _core.Options.Requests.Timeout;

    // A handler's own id that may be answered late is one of the few that it makes: refused, they would all be, and nothing would ever be sent.
    private string? WhyNot(RequestId id, bool isMade, TimeSpan timeout) =>
        (isMade ? WhyOpen(id, _core.Ledger) : WhyTaken(id, _core.Epoch, _core.Ledger)) ?? (timeout <= TimeSpan.Zero ? $"its timeout of {Readable.Duration(timeout)} leaves it no time" : null);

    // Ids that are out on a physical connection are unique, whoever made them: an answer that carries one could be anyone's else.
    private string? WhyTaken(RequestId id, Epoch epoch, SubscriptionLedger ledger) => WhyOpen(id, ledger)
        ?? (_core.Requests.IsLate(id, epoch, LongestLate) ? $"the answer to an earlier message with id {id} may still come" : null);

    private TimeSpan LongestLate => Max(LatestAnswer, Min(TimeoutsToLatestAnswer * _core.Options.Requests.Timeout, LongestWait));

    private string? WhyOpen(RequestId id, SubscriptionLedger ledger) =>
        _core.Requests.TryGet(id, out _) ? $"a request with id {id} is in flight already"
        : ledger.IsAwaited(id) ? $"a message about subscriptions with id {id} waits for its answer"
        : _core.Handler.IsOwnId(id) ? $"id {id} belongs to a message of the protocol handler's own"
        : null;

    private RequestId NextId() => NextId(_core.Epoch, _core.Ledger);

    // A handler that gives the same id again and again has answers that are told by something else.
    private RequestId NextId(Epoch epoch, SubscriptionLedger ledger)
    {
        var id = _core.Handler.NextRequestId();
        for (var tries = 1; tries < MostIdsTried && WhyTaken(id, epoch, ledger) is not null; tries++)
        {
            var next = _core.Handler.NextRequestId();
            if (next == id)
                break;
            id = next;
        }

        return id;
    }

    // Cancels have as many places of their own: what waits for an answer never keeps one from leaving.
    private bool HasPlaceFor(Request request) => _core.Requests.Count < _core.Options.Requests.MaxPending
        || (request.Priority == MessagePriority.Cancel
            && _core.Requests.ToArray().Count(pending => pending.Command.Priority == MessagePriority.Cancel) < _core.Options.Requests.MaxPending);

    private void WriteInTurn(PendingRequest pending, WireConnection wire)
    {
        var kind = KindOf(pending.Command.Priority, pending.Command.Payload);
        var verdict = _core.Gates.Of(kind) is { } gate
            ? OfferBehindQueue(gate, new ThrottledRequest(pending), Lanes.OfGate(pending.Command.Priority))
            : PassBehindQueue(wire);
        if (verdict == RateVerdict.Passed)
            Write(pending, wire);
        else if (verdict == RateVerdict.Rejected)
            Drop(pending, TooManyThrottled(kind, pending.Command));
    }

    private CapacityExceededException TooManyThrottled(RateKind kind, object command) =>
        new(Name, "messages that wait for their turn", _core.Gates.Of(kind)!.MaxWaiting) { Command = command };

    private QueuedCommand QueuedRequest(PendingRequest pending, TimeSpan expiresAt) => new(pending, null, ActorRefs.Nobody)
    {
        ExpiresAt = expiresAt,
        Kind = KindOf(pending.Command.Priority, pending.Command.Payload),
    };

    // Written from here and not by the request's actor, so that requests leave in the order in which they came.
    private RequestWrite? Write(PendingRequest pending, WireConnection wire)
    {
        if (HasQueueAhead(wire))
            pending.GoBehind();
        pending.GoTo(_core.Epoch, Now);
        if (wire.TryPost(pending.NextWrite, more: true))
        {
            FlushBehind(wire);
            return pending.NextWrite;
        }

        Drop(pending, new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites));
        return null;
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
                TimeOut(pending);
        }

        _nextDeadline = TimeSpan.MaxValue;
        if (next < TimeSpan.MaxValue)
            WatchDeadline(next);
    }

    // A venue that answers nothing and says nothing may be gone: it is asked at once.
    private void TimeOut(PendingRequest pending)
    {
        if (pending.Write.HasBegun && _core.Counters.LastReceivedAt < pending.AcceptedAt)
            Self.Tell(new SilenceSuspected(_core.Epoch));
        pending.Seat.Actor.Tell(new TimeOutRequest(pending) { Why = WhyUnread });
    }

    /// <summary>Requests, and topics that linger, outlive the timers of a state.</summary>
    private void CancelTimers()
    {
        Timers.CancelAll();
        ScheduleFigures();
        _nextDeadline = TimeSpan.MaxValue;
        foreach (var pending in _core.Requests.ToArray())
            WatchDeadline(pending.Deadline);
        GoOnLingering();
    }

    /// <summary>A response that the read loop did not hand over itself: to no request, to one that has its outcome, or to one that was not written.</summary>
    private void OnResponse(ResponseReceived response, OpenData? data = null)
    {
        if (TryAnswer(response))
            return;
        _core.Requests.CameLate(response.Id, response.Epoch);
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
        if (!_core.Requests.TryGet(response.Id, out var pending) || !pending.WasWrittenTo(response.Epoch) || !_core.Requests.TryAnswer(pending, response.Payload))
            return false;
        response.Credit.Release();
        Forget(pending);
        return true;
    }

    /// <summary>It has its outcome: nothing of it may wait any longer, and nothing for it.</summary>
    private void Forget(PendingRequest request)
    {
        if (_core.Queue.Count > 0)
            ForgetQueued(request);
        if (_core.Gates.Waiting > 0)
            _core.Gates.RemoveAll(item => item is ThrottledRequest throttled && throttled.Request == request);
        RequestSettled(request);
    }

    private void ForgetQueued(PendingRequest request)
    {
        if (_core.Queue.TryRemove(queued => queued.Request == request))
            ScheduleOutgoing(); // for what was held behind it
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
        if (!pending.TryRepeat(reason, new Expiry(_core.Clock, pending.Deadline))
            || !TryEnqueue(QueuedRequest(pending, pending.Deadline), pending.NextWrite.Payload.Length))
            Fail(pending, reason);
    }

    /// <summary>It is not written: that is certain only of one that was not written before.</summary>
    private static void Drop(PendingRequest pending, WebSocketClientException error) =>
        pending.Seat.Actor.Tell(pending.Lost is { } lost ? new FailRequest(pending, lost) : new DropRequest(pending, error));
}
