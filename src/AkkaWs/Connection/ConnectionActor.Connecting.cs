using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    private void StartConnecting()
    {
        (_cause, _causeError) = (null, null);
        var transport = StartTransport();
        _core.Epoch = _core.NewestEpoch;
        _core.Turn.PassTo(_core.Epoch);
        Transition(ConnectionState.Connecting, () => Connecting(new ConnectingData(transport)));
    }

    private IActorRef StartTransport()
    {
        var epoch = _core.NewestEpoch = _core.NewestEpoch.Next();
        var context = new TransportContext(_core.Options, _core.Handler, _core.Routes, _core.Counters, _core.Credits, _core.Turn, epoch, _core.Connect);
        return Context.Watch(Context.ActorOf(TransportActor.Props(context), TransportName(epoch)));
    }

    private static string TransportName(Epoch epoch) => $"transport-{epoch}";

    private void Connecting(ConnectingData data)
    {
        Receive<TransportOpened>(m => OnOpened(data, m), m => m.Epoch == _core.Epoch);
        Receive<Terminated>(_ => Lost(TakeCause()), m => m.ActorRef.Equals(data.Transport));
        Receive<Close>(_ => StartClosing(data.Transport, CloseReason.Requested));
        RecordSubscriptions();
        QueueCommands();
    }

    private void OnOpened(ConnectingData data, TransportOpened opened)
    {
        Publish(ConnectionState.Connected, null);
        var open = new OpenData(data.Transport, opened.Wire);
        if (_core.Options.AuthenticateOnConnect && _core.Handler.RequiresAuthentication)
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
