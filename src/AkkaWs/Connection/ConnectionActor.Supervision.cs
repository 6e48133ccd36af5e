using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Requests;
using AkkaWs.Supervision;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// A crash is a bug in the protocol handler or here: the actor is restarted by its parent, waits longer each time, and ever more slowly where it crashes on and on.
internal sealed partial class ConnectionActor
{
    protected override void PreStart()
    {
        _core.History = ReconnectHistory.Opened(Clock);
        StartMeasuring();
        StartConnecting();
    }

    // Topics, their subscribers and the subscribe commands that wait stay; the socket and the requests in flight belong to the instance that failed.
    protected override void PreRestart(Exception reason, object message)
    {
        _core.Crashes = _core.Crashes.Crashed(Clock);
        CancelAnswers();
        _core.Requests.TakeAllIdle(); // stopped below, with those that are busy
        foreach (var child in Context.GetChildren())
        {
            if (_core.Routes.All.All(route => !route.Owner.Equals(child)))
                Context.Stop(child);
        }

        switch (message)
        {
            case Close:
                _core.Ending ??= CloseReason.Requested;
                if (!_core.Closers.Contains(Asker))
                    _core.Closers.Add(Asker);
                break;
            case RequestCall call:
                call.Fail(new NotSentException(Name, "the connection's actor failed on the command and restarts", reason) { Command = call.Command });
                break;
            case TrackedSend { Command: var send }:
                Reply(new NotSentException(Name, "the connection's actor failed on the command and restarts", reason) { Command = send });
                break;
            case Request or Send or Unsubscribe or UnsubscribeSink or Subscribe or SubscribeSink when !_core.Waiters.All.Concat(_core.Joining.Values).Any(waiter => ReferenceEquals(waiter.Command, message)):
                Reply(new NotSentException(Name, "the connection's actor failed on the command and restarts", reason) { Command = message });
                break;
        }

        _spans.Lost(new CloseReason(ErrorClass.Internal, "the connection's actor failed"));
        _log.ActorRestarts(Scope, message?.GetType());
    }

    protected override void PostRestart(Exception reason)
    {
        foreach (var watcher in _core.Watchers)
            Context.Watch(watcher);
        if (_core.Handle.Current.State != ConnectionState.Closed)
            StartMeasuring();
        while (_core.Queue.TryRemove(queued => queued.Request is not null))
        {
            // Its request actor answered the caller when it was stopped.
        }

        var delay = _core.Handle.Crash?.Delay ?? TimeSpan.Zero;
        _core.Handle.Crash = null;
        _causeError = reason;
        Recover(new CloseReason(ErrorClass.Internal, $"the connection's actor failed: {OutsideText.Of(reason)}"), delay);
    }

    private void Recover(CloseReason cause, TimeSpan delay)
    {
        if (_core.Handle.Current.State == ConnectionState.Closed)
        {
            Resume(() => Closed(new ClosedData(_core.Ending ?? cause)));
        }
        else if (_core.Ending is { } ending)
        {
            GetClosed(ending);
        }
        else
        {
            SettleLoss(cause);
            _core.History = _core.History.Failed(cause, Clock, _core.Options.Reconnect);
            // Not the policy's to decide: it may be what crashes.
            if (_core.Crashes.SlowAttempt is not (> 0 and var attempt))
                AwaitAttempt(cause, ReconnectDecision.RetryAfter(delay));
            else if (_core.FailsFast)
                GetClosed(cause);
            else
                AwaitAttempt(cause, SlowRetry(attempt, delay));
        }
    }

    private ReconnectDecision SlowRetry(int attempt, TimeSpan atLeast)
    {
        var delay = ReconnectPolicy.SlowDelay(attempt, ErrorClass.Internal, _core.Options.Reconnect, _core.Random.NextDouble());
        return ReconnectDecision.RetryAfter(Max(delay, atLeast)) with { IsSlow = true };
    }

    protected override void PostStop()
    {
        CancelAnswers();
        StopMeasuring();
        if (_core.Handle.Current.State != ConnectionState.Closed)
        {
            _causeError = _core.Handle.Crash?.Cause;
            var reason = _core.StopReason();
            _spans.Lost(reason);
            FailWaiters(reason);
            FailQueue(reason);
            FailThrottled(reason);
            FailRotationAskers(ClosedError(reason, Rotate.Instance));
            TellDisconnected(reason);
            Publish(ConnectionState.Closed, reason);
            Announce(new ConnectionClosed(Name, _core.Epoch, reason));
            AnswerClosers(reason);
        }

        _core.Handle.MarkGone();
    }

    /// <summary>Transports are never restarted; the transition waits for <c>Terminated</c>, behind what was already read. Others are restarted.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new TransportSupervisorStrategy(
        (child, reason, error) =>
        {
            if (child.Path.Name == $"{TransportPrefix}{_core.Epoch}")
                (_cause, _causeError) = (_cause ?? reason, _causeError ?? error.InnerException);
            else if (child.Equals(_standby?.Transport) || child.Equals(_overlap?.Data.Transport))
                _causeBeside ??= reason;
        },
        error => (error as TransportFailedException)?.Reason);
}
