using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Topics;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    /// <summary>In this order: the handler's messages, the desired topics, the queue.</summary>
    private void GetReady(OpenData data)
    {
        foreach (var message in _core.Handler.OnConnect())
        {
            ShowSent("greeting", message);
            Post(data, message);
        }

        Transition(ConnectionState.Ready, () => Ready(data));
        Announce(new Ready(Name, _core.Epoch));
        _spans.Ready();
        _core.History = _core.History.Ready();
        (_core.WasReady, _core.RetriesSlowly) = (true, false);
        var now = Life;
        _core.ReadySince = now;
        if (_core.LostAt is { } lostAt)
        {
            _core.LostAt = null;
            _core.Reconnects++;
            OnRecovered(now - lostAt);
            _restoringSince = _core.Ledger.DesiredCount > 0 ? now : null;
            Announce(new Reconnected(Name, _core.Epoch, now - lostAt));
        }
        else
        {
            _reconnectLog.Recovered();
        }

        KeepReady(data);
        if (_core.LeftEpoch is { } left)
            EndWithNewInCharge(left, TimeSpan.Zero);
    }

    /// <summary>What each physical connection needs that comes into charge.</summary>
    private void KeepReady(OpenData data)
    {
        _refusals.BeginAnew();
        _silences.BeginAnew();
        _reconciling = false;
        _core.Routes.Everything?.Owner.Tell(new ConfirmTopic(_core.Epoch));
        WatchUnconfirmed(_core.Ledger.Unconfirmed);
        WatchStaleness();
        Reconcile(data);
        DrainQueue(data);
        ScheduleOutgoing();
        StartHeartbeat();
        ScheduleRenewal();
        ScheduleRotation();
        Timers.StartSingleTimer(nameof(Stable), new Stable(_core.Epoch), _core.Options.Reconnect.StableAfter);
    }

    private void Ready(OpenData data)
    {
        Receive<ResponseReceived>(
            m =>
            {
                ShowReceived(MessageKind.Response, m.Payload);
                OnResponse(m, data);
            },
            m => m.Epoch == _core.Epoch);
        HandleAnswers(data);
        Receive<FrameReceived>(m => OnFrame(data, m, whileAuthenticating: false), m => m.Epoch == _core.Epoch);
        Receive<RenewalDue>(_ => LogIn(), m => m.Epoch == _core.Epoch);
        HandleLogin(data);
        Receive<RequestCall>(m => OnCall(m, data.Wire));
        Receive<Request>(m => OnRequest(m, Requester, data.Wire));
        Receive<Send>(m => OnSend(m, Asker, data.Wire));
        Receive<TrackedSend>(m => OnSend(m.Command, Asker, data.Wire, m.Cancelled));
        Throttling(data, isReady: true);
        HandleRequests();
        HandleSubscriptions(() => Reconcile(data));
        Receive<ReconcileNext>(_ => OnReconcileNext(data), m => m.Epoch == _core.Epoch);
        Receive<RecoverTopic>(m => OnRecover(data, m));
        Receive<RetryRecovery>(m => OnRetryRecovery(data, m));
        Receive<RecoveryExpired>(OnRecoveryExpired);
        Receive<ConfirmDeadline>(m => OnConfirmDeadline(data, m));
        Receive<RetryRefused>(_ => OnRetryRefused(data), m => m.Epoch == _core.Epoch);
        Receive<RetryUnanswered>(_ => OnRetryUnanswered(data), m => m.Epoch == _core.Epoch);
        Receive<DoubtOver>(_ => OnDoubtOver());
        Receive<UnconfirmedCheck>(_ => OnUnconfirmedCheck(), m => m.Epoch == _core.Epoch);
        Receive<StalenessCheck>(_ => OnStalenessCheck(), m => m.Epoch == _core.Epoch);
        Heartbeat(data);
        Rotating(data);
        Receive<Stable>(_ => (_core.History, _core.Crashes) = (_core.History.Stable(Clock), default), m => m.Epoch == _core.Epoch);
        Receive<Terminated>(_ => Lost(TakeCause()), m => m.ActorRef.Equals(data.Transport));
        Receive<Close>(_ => StartClosing(data.Transport, CloseReason.Requested));
    }

    /// <summary>Ahead of everything that callers send.</summary>
    private void Post(OpenData data, OutboundMessage message)
    {
        if (_core.Gates.Outgoing is not { } gate || Offer(gate, new ThrottledPost(_core.Epoch, message), RateLane.Urgent) == RateVerdict.Passed)
            Write(data, message);
    }

    private void Write(OpenData data, OutboundMessage message)
    {
        if (!data.Wire.TryPost(new PostedWrite(message, WireLane.Immediate)))
            Drop(data, new CloseReason(ErrorClass.Internal, "the write queue is full or closed"));
    }

    /// <summary>The way out of every state with a socket: settles what was in flight, and decides on the next attempt.</summary>
    private void Lost(CloseReason reason)
    {
        SettleLoss(reason);
        StartReconnecting(reason);
        ScheduleShrink();
    }

    private void SettleLoss(CloseReason reason)
    {
        EndRotation(reason.Description);
        CancelTimers();
        _nextRotation = null;
        TellLoss(reason);
        CancelAnswers();
        _spans.Lost(reason);
        _core.LastReason = reason;
        if (_core.LostAt is null && _core.Handle.Current.State == ConnectionState.Ready)
            OnReadyLost(reason);
        _core.ReadySince = null;
        FailPending(reason, mayRepeat: true);
        FailThrottled(reason);
        _core.StaleTopics.Clear();
        _core.Ledger.Reset();
        _core.Unconfirmed.Clear();
        StopDelivering();
        foreach (var route in _core.Routes.All)
        {
            route.Staleness?.Reset();
            route.Owner.Tell(new InterruptTopic(_core.Epoch, reason));
        }
    }

    private void TellLoss(CloseReason reason)
    {
        TellDisconnected(reason);
        if (_core.LostAt is null && _core.Handle.Current.State == ConnectionState.Ready)
            Announce(new ConnectionInterrupted(Name, _core.Epoch, reason));
        if (reason.IsGraceful || reason.Class == ErrorClass.Rotation)
            return;
        _core.Telemetry.Errors.Add(reason.Class);
        Announce(new ConnectionError(Name, _core.Epoch, reason));
    }

    private void TellDisconnected(CloseReason reason)
    {
        if (!_core.IsOpen)
            return;
        _core.IsOpen = false;
        Announce(new Disconnected(Name, _core.Epoch, reason));
    }
}
