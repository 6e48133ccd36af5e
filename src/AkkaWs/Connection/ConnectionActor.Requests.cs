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

// Requests and sends: one actor per request in flight, reused when idle; a bounded queue for those that may wait.
internal sealed partial class ConnectionActor
{
    // No wait is unbounded, and no sum with a clock overflows.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestBeat = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<RequestId, PendingRequest> _pending = [];
    private readonly Stack<IActorRef> _idleRequestActors = new();

    // How many actors were idle all the time since the pool was last shrunk: so many more than needed.
    private int _spareRequestActors;

    private void HandleRequests()
    {
        Receive<RequestEnded>(OnEnded);
        Receive<CancelRequest>(m => Abandon(m.Id));
        Receive<WithdrawRequest>(OnWithdraw);
        Receive<QueueExpiry>(m =>
        {
            _core.Clock.Reach(m.At);
            ExpireQueue();
        });
        Receive<ShrinkPool>(_ => ShrinkPoolOfRequests());
    }

    private void OnRequest(Request request, WireConnection? wire)
    {
        if (_pending.Count >= _core.Options.Requests.MaxPending)
        {
            Reply(new CapacityExceededException(Name, "pending requests", _core.Options.Requests.MaxPending) { Command = request });
            return;
        }

        var id = request.Id ?? _core.Handler.NextRequestId();
        if (_pending.ContainsKey(id))
        {
            Reply(new NotSentException(Name, $"a request with id {id} is in flight already") { Command = request });
            return;
        }

        var timeout = request.Timeout is { } wanted ? Min(wanted, LongestWait) : _core.Options.Requests.Timeout;
        if (timeout <= TimeSpan.Zero)
        {
            Reply(new NotSentException(Name, $"its timeout of {timeout} leaves it no time") { Command = request });
            return;
        }

        OutboundMessage message;
        try
        {
            message = Observe(id, request, _core.Handler.EncodeRequest(id, request.Payload));
        }
        catch (Exception e)
        {
            Reply(new NotSentException(Name, $"the protocol handler could not encode request {id}: {e.Message}", e) { Command = request });
            return;
        }

        var now = Clock;
        var expiresAt = now + (wire is null ? Min(request.WhenNotReady.QueueFor, timeout) : timeout);
        if (wire is null && !Enqueue(new QueuedCommand(id, null, Asker) { ExpiresAt = expiresAt }, message.Payload.Length, request))
            return;
        var actor = TakeRequestActor();
        var write = new RequestWrite(id, message, actor, wire is null ? WireLane.Normal : Lanes.OfWire(request.Priority)) { Expiry = new Expiry(_core.Clock, expiresAt) };
        _pending[id] = new PendingRequest(actor, request, write, now + timeout) { AcceptedAt = now };
        actor.Tell(new BeginRequest(id, write, Asker, request, timeout));
        if (wire is not null)
            WriteInTurn(id, _pending[id], wire);
    }

    private void WriteInTurn(RequestId id, PendingRequest pending, WireConnection wire)
    {
        var verdict = _core.Outgoing is null ? RateVerdict.Passed : Offer(new ThrottledRequest(id), Lanes.OfGate(pending.Command.Priority));
        if (verdict == RateVerdict.Passed)
            Write(id, pending, wire);
        else if (verdict == RateVerdict.Rejected)
            Drop(id, pending, TooManyThrottled(pending.Command));
    }

    private CapacityExceededException TooManyThrottled(object command) =>
        new(Name, "messages that wait for their turn", _core.Options.Rates.Outgoing.MaxWaiting) { Command = command };

    // Written from here and not by the request's actor, so that requests leave in the order in which they came.
    private void Write(RequestId id, PendingRequest pending, WireConnection wire)
    {
        pending.Write.PostedAt = Now;
        if (!wire.TryPost(pending.Write))
            Drop(id, pending, new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites) { Command = pending.Command });
    }

    private IActorRef TakeRequestActor()
    {
        if (!_idleRequestActors.TryPop(out var actor))
            return Context.ActorOf(RequestActor.Props(Name, _core.Handler), $"request-{++_core.NextChild}");
        _spareRequestActors = Math.Min(_spareRequestActors, _idleRequestActors.Count);
        return actor;
    }

    private void ScheduleShrink()
    {
        if (_idleRequestActors.Count > 0 && !Timers.IsTimerActive(nameof(ShrinkPool)))
            Timers.StartSingleTimer(nameof(ShrinkPool), ShrinkPool.Instance, _core.Options.Requests.CleanupInterval);
    }

    private void ShrinkPoolOfRequests()
    {
        for (; _spareRequestActors > 0 && _idleRequestActors.TryPop(out var spare); _spareRequestActors--)
            Context.Stop(spare);
        _spareRequestActors = _idleRequestActors.Count;
        ScheduleShrink();
    }

    private void OnResponse(ResponseReceived response, OpenData? data = null)
    {
        if (!_pending.TryGetValue(response.Id, out var pending) || pending.IsAnswered)
        {
            if (data is not null)
            {
                OnUnrequested(data, response);
                return;
            }

            _core.LateResponses++;
            response.Credit.Release();
            return;
        }

        pending.IsAnswered = true;
        try
        {
            var verdict = _core.Handler.ReadResponse(response.Payload);
            pending.Actor.Tell(verdict.IsError
                ? new CompleteRequest(response.Id, default, _core.Handler.CreateError(Name, response.Id, verdict))
                : new CompleteRequest(response.Id, verdict.Result));
        }
        catch (Exception e)
        {
            pending.Actor.Tell(new RejectResponse(response.Id, e, Redactor.Excerpt(response.Payload.Span)));
        }
        finally
        {
            response.Credit.Release();
        }
    }

    private void OnEnded(RequestEnded ended)
    {
        if (!_pending.TryGetValue(ended.Id, out var pending) || !pending.Actor.Equals(ended.Actor))
            return;
        _pending.Remove(ended.Id);
        OnOutcome(ended.Id, Clock - pending.AcceptedAt, ended.Outcome);
        if (pending.IsAnswered && !ended.Answered)
            _core.LateResponses++;
        if (_core.Queue.Count > 0)
            _core.Queue.TryRemove(queued => queued.Request == ended.Id);
        if (_core.Outgoing is { Waiting: > 0 } gate)
            gate.RemoveAll(item => item is ThrottledRequest request && request.Id == ended.Id);
        _idleRequestActors.Push(pending.Actor);
        ScheduleShrink();
        RequestSettled(ended.Id);
    }

    private void Abandon(RequestId id)
    {
        if (_pending.TryGetValue(id, out var pending))
            pending.Actor.Tell(new AbandonRequest(id));
    }

    private void OnWithdraw(WithdrawRequest withdraw)
    {
        foreach (var (id, pending) in _pending)
        {
            if (ReferenceEquals(pending.Command, withdraw.Command))
                pending.Actor.Tell(new AbandonRequest(id));
        }
    }

    private void FailPending(CloseReason reason, bool mayRepeat = false)
    {
        List<(RequestId Id, PendingRequest Pending)> repeated = [];
        foreach (var (id, pending) in _pending)
        {
            if (_core.Queue.Contains(queued => queued.Request == id))
                continue;
            if (mayRepeat && pending.MayBeRepeated)
                repeated.Add((id, pending));
            else
                pending.Actor.Tell(new FailRequest(id, pending.Lost ?? reason));
        }

        foreach (var (id, pending) in repeated.OrderBy(request => request.Pending.Write.PostedAt))
            Repeat(id, pending, reason);
    }

    // Its actor need not know: the second write shares the state of the first, which it ends with the request.
    private void Repeat(RequestId id, PendingRequest pending, CloseReason reason)
    {
        var write = pending.Write.TryRepeat(new Expiry(_core.Clock, pending.Deadline));
        var queued = new QueuedCommand(id, null, ActorRefs.Nobody) { ExpiresAt = pending.Deadline };
        if (write is null || !TryEnqueue(queued, write.Payload.Length))
            pending.Actor.Tell(new FailRequest(id, reason));
        else
            _pending[id] = pending with { Write = write, Lost = reason };
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
        Receive<Request>(m => OnRequest(m, wire: null), m => m.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<Send>(m => EnqueueSend(m, default), m => m.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<TrackedSend>(m => EnqueueSend(m.Command, m.Cancelled), m => m.Command.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<Request>(NotReady);
        Receive<Send>(NotReady);
        Receive<TrackedSend>(m => NotReady(m.Command));

        void EnqueueSend(Send send, CancellationToken cancelled) => Enqueue(
            new QueuedCommand(null, send, Asker) { ExpiresAt = Clock + Min(send.WhenNotReady.QueueFor, LongestWait), Cancelled = cancelled }, send.Payload.Length, send);

        void NotReady(object command) => Reply(new NotSentException(
            Name, $"the connection is {_core.Handle.Current.State}{(reason is null ? "" : $" ({reason.Description})")}")
        { Command = command });
    }

    private bool Enqueue(QueuedCommand command, int size, object original)
    {
        if (TryEnqueue(command, size))
            return true;
        if (command.Request is { } id)
            _spans.Ended(id, "not_sent", "not_sent");
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
            if (expired.Request is { } id && _pending.TryGetValue(id, out var pending) && pending.Lost is not null)
                pending.Actor.Tell(new ExpireRequest(id));
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
            else if (queued.Request is { } id && _pending.TryGetValue(id, out var pending))
                Write(id, pending, data.Wire);
        }

        ScheduleQueueExpiry();
    }

    private void FailQueue(CloseReason reason)
    {
        while (_core.Queue.TryDequeue(out var queued))
            FailQueued(queued, command => ClosedError(reason, command));
    }

    private void FailQueued(QueuedCommand queued, Func<object, WebSocketClientException> error)
    {
        if (queued.Send is { } send)
            queued.Asker.Tell(new Status.Failure(error(send)));
        else if (queued.Request is { } id && _pending.TryGetValue(id, out var pending))
            Drop(id, pending, error(pending.Command));
    }

    /// <summary>It is not written: that is certain only of one that was not written before.</summary>
    private static void Drop(RequestId id, PendingRequest pending, WebSocketClientException error) =>
        pending.Actor.Tell(pending.Lost is { } lost ? new FailRequest(id, lost) : new DropRequest(id, error));

    private void Reply(WebSocketClientException error) => Asker.Tell(new Status.Failure(error));

    private sealed record PendingRequest(IActorRef Actor, Request Command, RequestWrite Write, TimeSpan Deadline)
    {
        /// <summary>Its response was handed on: another one comes too late.</summary>
        public bool IsAnswered { get; set; }

        /// <summary>How the connection was lost to which it was written for the first time; null: it was not lost.</summary>
        public CloseReason? Lost { get; init; }

        public TimeSpan AcceptedAt { get; init; }

        public bool MayBeRepeated => Command.RetryAfterReconnect && !IsAnswered && Lost is null;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
