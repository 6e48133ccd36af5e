using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Requests;
using AkkaWs.Topics;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    // Beside what the transport itself may take: it keeps its own deadlines, unless user code holds it up.
    private static readonly TimeSpan ClosingGrace = TimeSpan.FromSeconds(1);

    private void StartClosing(IActorRef transport, CloseReason reason)
    {
        _core.Closers.Add(Asker);
        _core.Ending = reason;
        var flushes = _core.Options.Queue.OnClose == QueueOnClose.Flush;
        var how = flushes ? CloseTransport.AfterFlush : CloseTransport.Instance;
        HashSet<IActorRef> open = [transport];
        var left = _overlap?.Epoch;
        if (EndRotation(reason.Description, how) is { } beside)
            open.Add(beside);
        CancelTimers();
        FlushNow();
        transport.Tell(how);
        Timers.StartSingleTimer(nameof(ClosingDeadline), new ClosingDeadline(_core.Epoch), _core.Options.CloseTimeout * (flushes ? 2 : 1) + ClosingGrace);
        FailQueue(reason);
        FailThrottled(reason);
        Transition(ConnectionState.Closing, () => Closing(new ClosingData(transport, reason, open, left)), reason);
    }

    private void Closing(ClosingData data)
    {
        Receive<Terminated>(m => OnTransportClosed(data, m.ActorRef), m => data.Open.Contains(m.ActorRef));
        Receive<Close>(_ => _core.Closers.Add(Asker));
        Receive<ClosingDeadline>(_ => GetClosed(data.Reason), m => m.Epoch == _core.Epoch);
        Receive<TransportOpened>(_ => data.Transport.Tell(CloseTransport.Instance), m => m.Epoch == _core.Epoch);
        Receive<ResponseReceived>(m => OnResponse(m), m => m.Epoch == _core.Epoch || m.Epoch == data.LeftEpoch);
        HandleRequests();
        RejectCommands(data.Reason);
    }

    private void OnTransportClosed(ClosingData data, IActorRef transport)
    {
        data.Open.Remove(transport);
        if (data.Open.Count == 0)
            GetClosed(data.Reason);
    }

    private void GetClosed(CloseReason reason)
    {
        _core.LeftEpoch = null;
        EndRotation(reason.Description);
        CancelAnswers();
        StopMeasuring();
        _spans.Lost(reason);
        (_core.ReadySince, _core.RetriesSlowly) = (null, false);
        Timers.CancelAll();
        _core.Ending = _core.LastReason = reason;
        TellDisconnected(reason);
        StopTransports();
        _core.Requests.Watch(answered: true); // the actors of those that end from now on are let go
        FailPending(reason);
        FailQueue(reason);
        FailThrottled(reason);
        FailWaiters(reason);
        StopDelivering();
        foreach (var route in _core.Routes.All)
        {
            route.Owner.Tell(new EndTopic(reason));
            _core.Telemetry.Past.Add(route.Kind, route.Progress.Sequence);
            _core.Routes.Remove(route.Topic);
            _core.Ledger.Unwish(route.Topic);
        }

        _core.Ledger.Reset();
        _core.Unconfirmed.Clear();
        _core.StaleTopics.Clear();
        _core.Lingering.Clear();
        _core.Joins.Clear();
        Stop(_core.Requests.TakeAllIdle());

        Transition(ConnectionState.Closed, () => Closed(new ClosedData(reason)), reason);
        Announce(new ConnectionClosed(Name, _core.Epoch, reason));
        AnswerClosers(reason);
        Context.Parent.Tell(ConnectionEnded.Instance);
    }

    private void AnswerClosers(CloseReason reason)
    {
        foreach (var closer in _core.Closers)
            closer.Tell(new ConnectionClosed(Name, _core.Epoch, reason));
        _core.Closers.Clear();
    }

    // One that outlived its deadline must not outlive the connection.
    private static void StopTransports()
    {
        foreach (var child in Context.GetChildren())
        {
            if (child.Path.Name.StartsWith(TransportPrefix, StringComparison.Ordinal))
                Context.Stop(child);
        }
    }

    private void Closed(ClosedData data)
    {
        Receive<Close>(_ => Asker.Tell(new ConnectionClosed(Name, _core.Epoch, data.Reason)));
        Receive<RequestEnded>(_ => Stop(_core.Requests.TakeAllIdle()));
        RejectCommands(data.Reason);
    }

    private void FailWaiters(CloseReason reason)
    {
        foreach (var waiter in _core.Waiters.All.Concat(_core.Joining.Values))
            waiter.Asker.Tell(new Status.Failure(ClosedError(reason, waiter.Command)));
        _core.Waiters.Clear();
        _core.Joining.Clear();
    }

    private void RejectCommands(CloseReason reason)
    {
        Receive<Request>(Reject);
        Receive<RequestCall>(m => m.Fail(ClosedError(reason, m.Command)));
        Receive<Send>(Reject);
        Receive<Rotate>(Reject);
        Receive<Reconfigure>(Reject);
        Receive<TrackedSend>(m => Reject(m.Command));
        Receive<Subscribe>(Reject);
        Receive<SubscribeSink>(Reject);
        Receive<Unsubscribe>(m => Asker.Tell(new Unsubscribed(m.Topics)));
        Receive<UnsubscribeSink>(m => Asker.Tell(new Unsubscribed(m.Topics)));
        Receive<CancelRequest>(_ => { });

        void Reject(object command) => Asker.Tell(new Status.Failure(ClosedError(reason, command)));
    }

    private ConnectionClosedException ClosedError(CloseReason reason, object command) =>
        ConnectionClosedException.Of(Name, reason, reason.IsGraceful ? null : _causeError, command);
}
