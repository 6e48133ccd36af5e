using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Telemetry;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    // What the scheduler can bear; a policy that wants longer is asked again then.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(24);

    private void StartReconnecting(CloseReason reason)
    {
        var (options, now) = (_core.Options.Reconnect, Clock);
        var history = _core.History = _core.History.Failed(reason, now, options);
        var situation = history.SituationOf(reason, now, options) with { FailsFast = _core.FailsFast };
        var decision = _core.Policy.Decide(situation, options, _core.Random.NextDouble());
        _core.History = history.Decided(decision, reason.Class);
        if (decision.GivesUp)
            GetClosed(decision.IsExhausted ? reason with { GaveUpAfter = history.Attempt - 1 } : reason);
        else
            AwaitAttempt(reason, decision);
    }

    private void AwaitAttempt(CloseReason reason, ReconnectDecision decision)
    {
        var delay = Min(Max(decision.Delay, TimeSpan.Zero), LongestDelay);
        _core.RetriesSlowly = decision.IsSlow;
        Transition(ConnectionState.Reconnecting, () => Reconnecting(new ReconnectingData(reason)), reason);
        OnPlanned(reason);
        Announce(new Reconnecting(Name, _core.Epoch, _core.History.Attempt, delay, reason));
        if (decision.IsSlow)
            ReportSlowRetry(reason, delay);
        ScheduleQueueExpiry();
        if (delay > TimeSpan.Zero)
            Timers.StartSingleTimer(nameof(ConnectNow), new ConnectNow(_core.Epoch, Clock + delay), delay);
        else
            Self.Tell(new ConnectNow(_core.Epoch, Clock));
    }

    private void ReportSlowRetry(CloseReason reason, TimeSpan delay)
    {
        var next = Now + delay;
        _log.RetriesSlowly(Scope, next, reason);
        Announce(new RetryingSlowly(Name, _core.Epoch, _core.History.Attempt, next, reason));
    }

    private void Reconnecting(ReconnectingData data)
    {
        Receive<ConnectNow>(
            m =>
            {
                _core.Clock.Reach(m.At); // a circuit that was open so long is not open any more
                StartConnecting();
            },
            m => m.After == _core.Epoch);
        Receive<Close>(_ => CloseAtOnce());
        RecordSubscriptions();
        QueueCommands(data.Reason);
    }

    private void CloseAtOnce()
    {
        _core.Closers.Add(Asker);
        GetClosed(CloseReason.Requested);
    }
}
