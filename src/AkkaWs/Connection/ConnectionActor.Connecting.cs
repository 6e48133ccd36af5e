using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    private const string TransportPrefix = "transport-";

    // Set while the attempt waits for its turn.
    private int? _attemptsAhead;

    private void StartConnecting()
    {
        (_cause, _causeError, _attemptsAhead) = (null, null, null);
        _spans.Connecting(_core.NewestEpoch.Next(), _core.History.Attempt);
        var transport = StartTransport();
        _core.Epoch = _core.NewestEpoch;
        _core.Gates.BeginAnew();
        _core.Turn.PassTo(_core.Epoch, atThatMoment: () => PassMessagesTo(_core.Epoch));
        Transition(ConnectionState.Connecting, () => Connecting(new ConnectingData(transport)));
    }

    private IActorRef StartTransport()
    {
        var epoch = _core.NewestEpoch = _core.NewestEpoch.Next();
        var context = new TransportContext(_core.Options, _core.Handler, _core.Routes, _core.Counters, _core.Credits, _core.Turn, epoch, _core.Connect)
        {
            Attempts = _core.Attempts,
            Endpoints = _core.Endpoints,
            Hooks = _core.Hooks,
            Batches = _core.Telemetry.Batches,
            Messages = _core.Messages,
            ShowsUpdates = LogsPayloads,
            Requests = LogsPayloads ? null : _core.Requests, // who logs them must see them
        };
        return Context.Watch(Context.ActorOf(TransportActor.Props(context).WithDispatcher(_core.Dispatcher), $"{TransportPrefix}{epoch}"));
    }

    private void Connecting(ConnectingData data)
    {
        Receive<TransportOpened>(m => OnOpened(data, m), m => m.Epoch == _core.Epoch);
        Receive<TransportWaits>(m => OnWaits(m.Ahead), m => m.Epoch == _core.Epoch);
        Receive<Terminated>(_ => Lost(TakeCause()), m => m.ActorRef.Equals(data.Transport));
        Receive<Close>(_ => StartClosing(data.Transport, CloseReason.Requested));
        RecordSubscriptions();
        QueueCommands();
    }

    private void OnWaits(int ahead)
    {
        _attemptsAhead = ahead;
        _spans.Reached("waiting");
        _log.WaitsForTurn(Scope, _core.Options.Url.IdnHost, ahead);
    }

    private void OnOpened(ConnectingData data, TransportOpened opened)
    {
        _attemptsAhead = null;
        _core.IsOpen = true;
        _spans.Reached("upgraded");
        OnSocketUp(opened.Wire);
        Publish(ConnectionState.Connected, null);
        Announce(new Connected(Name, _core.Epoch));
        var open = new OpenData(data.Transport, opened.Wire);
        if (_core.LogsIn)
            StartAuthenticating(open);
        else
            GetReady(open);
    }

    private CloseReason TakeCause()
    {
        var cause = _cause ?? new CloseReason(ErrorClass.AbnormalClosure, "the transport stopped", 1006);
        _cause = null;
        return cause;
    }
}
