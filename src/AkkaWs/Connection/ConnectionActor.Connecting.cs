using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    private void StartConnecting()
    {
        _core.Epoch = _core.Epoch.Next();
        (_cause, _causeError) = (null, null);
        var context = new TransportContext(_core.Options, _core.Handler, _core.Routes, _core.Counters, _core.Credits, _core.ReadTurn, _core.Epoch, _core.Connect);
        var transport = Context.Watch(Context.ActorOf(TransportActor.Props(context), $"transport-{_core.Epoch}"));
        Transition(ConnectionState.Connecting, () => Connecting(new ConnectingData(transport)));
    }

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
