using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
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

    private readonly Dictionary<RequestId, PendingRequest> _pending = [];
    private readonly Stack<IActorRef> _idleRequestActors = new();

    // How many actors were idle all the time since the pool was last shrunk: so many more than needed.
    private int _spareRequestActors;

    private void HandleRequests()
    {
        Receive<RequestEnded>(OnEnded);
        Receive<CancelRequest>(m => Abandon(m.Id));
        Receive<WithdrawRequest>(OnWithdraw);
        Receive<QueueExpiry>(_ => ExpireQueue());
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
            message = _core.Handler.EncodeRequest(id, request.Payload);
        }
        catch (Exception e)
        {
            Reply(new NotSentException(Name, $"the protocol handler could not encode request {id}: {e.Message}", e) { Command = request });
            return;
        }

        if (wire is null && !Enqueue(new QueuedCommand(id, null, Asker), message.Payload.Length, Min(request.WhenNotReady.QueueFor, timeout), request))
            return;
        var actor = TakeRequestActor();
        var write = new RequestWrite(id, message, actor, wire is null ? WireLane.Normal : WireLane.High);
        _pending[id] = new PendingRequest(actor, request, write);
        actor.Tell(new BeginRequest(id, write, Asker, request, timeout));
        if (wire is not null)
            Write(id, _pending[id], wire);
    }

    // Written from here and not by the request's actor, so that requests leave in the order in which they came.
    private void Write(RequestId id, PendingRequest pending, WireConnection wire)
    {
        pending.Write.PostedAt = Now;
        if (!wire.TryPost(pending.Write))
            pending.Actor.Tell(new DropRequest(id, new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites) { Command = pending.Command }));
    }

    private IActorRef TakeRequestActor()
    {
        if (!_idleRequestActors.TryPop(out var actor))
            return Context.ActorOf(RequestActor.Props(Name), $"request-{++_core.NextChild}");
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

    private void OnResponse(ResponseReceived response)
    {
        if (!_pending.TryGetValue(response.Id, out var pending))
        {
            _core.LateResponses++;
            response.Credit.Release();
            return;
        }

        try
        {
            pending.Actor.Tell(new CompleteRequest(response.Id, _core.Handler.ReadResponse(response.Payload)));
        }
        catch (Exception e)
        {
            pending.Actor.Tell(new RejectResponse(response.Id, e));
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
        _core.Queue.TryRemove(queued => queued.Request == ended.Id);
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

    private void FailPending(CloseReason reason)
    {
        foreach (var (id, pending) in _pending)
        {
            if (!_core.Queue.Contains(queued => queued.Request == id))
                pending.Actor.Tell(new FailRequest(id, reason));
        }
    }

    private void OnSend(Send send, IActorRef asker, WireConnection wire)
    {
        if (!wire.TryPost(new SendWrite(new OutboundMessage(send.Payload, send.IsBinary), asker, Name, send, Now)))
            asker.Tell(new Status.Failure(new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites) { Command = send }));
    }

    /// <summary>Requests and sends while not Ready: they wait if they say so, and fail at once if not.</summary>
    private void QueueCommands(CloseReason? reason = null)
    {
        HandleRequests();
        Receive<Request>(m => OnRequest(m, wire: null), m => m.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<Send>(
            m => Enqueue(new QueuedCommand(null, m, Asker), m.Payload.Length, m.WhenNotReady.QueueFor, m),
            m => m.WhenNotReady.QueueFor > TimeSpan.Zero);
        Receive<Request>(NotReady);
        Receive<Send>(NotReady);

        void NotReady(object command) => Reply(new NotSentException(
            Name, $"the connection is {_core.Handle.Current.State}{(reason is null ? "" : $" ({reason.Description})")}")
        { Command = command });
    }

    private bool Enqueue(QueuedCommand command, int size, TimeSpan ttl, object original)
    {
        if (!_core.Queue.TryEnqueue(command, size, Clock + Min(ttl, LongestWait), out var dropped))
        {
            Reply(new CapacityExceededException(Name, "the command queue", _core.Options.Queue.Capacity) { Command = original });
            return false;
        }

        foreach (var oldest in dropped)
            FailQueued(oldest, given => new NotSentException(Name, "it gave way to a newer command in the full queue") { Command = given });
        ScheduleQueueExpiry();
        return true;
    }

    private void ScheduleQueueExpiry()
    {
        if (_core.Queue.NextExpiry is { } expiry)
            Timers.StartSingleTimer(nameof(QueueExpiry), QueueExpiry.Instance, Max(expiry - Clock, TimeSpan.FromMilliseconds(1)));
    }

    private void ExpireQueue()
    {
        foreach (var expired in _core.Queue.TakeExpired(Clock))
            FailQueued(expired, command => new NotSentException(Name, "its time in the queue was over before the connection was Ready") { Command = command });
        ScheduleQueueExpiry();
    }

    private void DrainQueue(OpenData data)
    {
        ExpireQueue();
        while (_core.Queue.TryDequeue(out var queued))
        {
            if (queued.Send is { } send)
                OnSend(send, queued.Asker, data.Wire);
            else if (queued.Request is { } id && _pending.TryGetValue(id, out var pending))
                Write(id, pending, data.Wire);
        }

        Timers.Cancel(nameof(QueueExpiry));
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
            pending.Actor.Tell(new DropRequest(id, error(pending.Command)));
    }

    private void Reply(WebSocketClientException error) => Asker.Tell(new Status.Failure(error));

    private sealed record PendingRequest(IActorRef Actor, Request Command, RequestWrite Write);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
