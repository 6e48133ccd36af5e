using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    private void StartReconnecting(CloseReason reason)
    {
        _core.Attempt++;
        if (reason.Class is ErrorClass.AuthenticationRejected or ErrorClass.PolicyViolation)
            _core.Rejections++;
        var decision = ReconnectPolicy.Decide(reason, _core.Attempt, _core.Rejections, _core.Options.Reconnect, _core.Random.NextDouble());
        if (decision.GivesUp)
        {
            GetClosed(reason, []);
            return;
        }

        Transition(ConnectionState.Reconnecting, () => Reconnecting(new ReconnectingData(reason)), reason);
        Announce(new Reconnecting(Name, _core.Epoch, _core.Attempt, decision.Delay, reason));
        ScheduleQueueExpiry();
        if (decision.Delay > TimeSpan.Zero)
            Timers.StartSingleTimer(nameof(ConnectNow), new ConnectNow(_core.Epoch), decision.Delay);
        else
            Self.Tell(new ConnectNow(_core.Epoch));
    }

    private void Reconnecting(ReconnectingData data)
    {
        Receive<ConnectNow>(_ => StartConnecting(), m => m.After == _core.Epoch);
        Receive<Close>(_ => GetClosed(CloseReason.Requested, [Asker]));
        RecordSubscriptions();
        QueueCommands(data.Reason);
    }
}
