using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Requests;
using AkkaWs.Topics;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    private void StartClosing(IActorRef transport, CloseReason reason)
    {
        HashSet<IActorRef> open = [transport];
        if (EndRotation(reason.Description, gently: true) is { } beside)
            open.Add(beside);
        Timers.CancelAll();
        transport.Tell(CloseTransport.Instance);
        Transition(ConnectionState.Closing, () => Closing(new ClosingData(transport, reason, [Asker], open)), reason);
    }

    private void Closing(ClosingData data)
    {
        Receive<Terminated>(m => OnTransportClosed(data, m.ActorRef), m => data.Open.Contains(m.ActorRef));
        Receive<Close>(_ => data.Closers.Add(Asker));
        Receive<TransportOpened>(_ => data.Transport.Tell(CloseTransport.Instance), m => m.Epoch == _core.Epoch);
        Receive<ResponseReceived>(OnResponse, m => m.Epoch == _core.Epoch);
        HandleRequests();
        RejectCommands(data.Reason);
    }

    private void OnTransportClosed(ClosingData data, IActorRef transport)
    {
        data.Open.Remove(transport);
        if (data.Open.Count == 0)
            GetClosed(data.Reason, data.Closers);
    }

    private void GetClosed(CloseReason reason, IReadOnlyList<IActorRef> closers)
    {
        _core.LeftEpoch = null;
        EndRotation(reason.Description);
        Timers.CancelAll();
        _core.LastReason = reason;
        FailPending(reason);
        FailQueue(reason);
        FailWaiters(reason);
        foreach (var route in _core.Routes.All)
        {
            route.Owner.Tell(new EndTopic(reason));
            _core.Routes.Remove(route.Topic);
            _core.Ledger.Unwish(route.Topic);
        }

        _core.Ledger.Reset();
        _core.Joins.Clear();
        while (_idleRequestActors.TryPop(out var idle))
            Context.Stop(idle);

        Transition(ConnectionState.Closed, () => Closed(new ClosedData(reason)), reason);
        var closed = new ConnectionClosed(Name, _core.Epoch, reason);
        Announce(closed);
        foreach (var closer in closers)
            closer.Tell(closed);
    }

    private void Closed(ClosedData data)
    {
        Receive<Close>(_ => Asker.Tell(new ConnectionClosed(Name, _core.Epoch, data.Reason)));
        Receive<RequestEnded>(m =>
        {
            _pending.Remove(m.Id);
            Context.Stop(m.Actor);
        });
        RejectCommands(data.Reason);
    }

    private void FailWaiters(CloseReason reason)
    {
        foreach (var waiter in _core.Waiters)
            waiter.Asker.Tell(new Status.Failure(new ConnectionClosedException(Name, reason) { Command = waiter.Command }));
        _core.Waiters.Clear();
    }

    private void RejectCommands(CloseReason reason)
    {
        Receive<Request>(Reject);
        Receive<Send>(Reject);
        Receive<Rotate>(Reject);
        Receive<Subscribe>(Reject);
        Receive<SubscribeSink>(Reject);
        Receive<Unsubscribe>(m => Asker.Tell(new Unsubscribed(m.Topics)));
        Receive<UnsubscribeSink>(m => Asker.Tell(new Unsubscribed(m.Topics)));
        Receive<CancelRequest>(_ => { });

        void Reject(object command) => Asker.Tell(new Status.Failure(new ConnectionClosedException(Name, reason) { Command = command }));
    }
}
