using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Requests;
using AkkaWs.Topics;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

/// <summary>
/// One logical connection.
/// <code>
/// Disconnected → Connecting → Connected → Authenticating → Ready ⇄ Reconnecting
///                                  any → Closing → Closed
/// </code>
/// A state is one behaviour in a file of its own. <see cref="Transition"/> is the only way from one to the next. What must survive a crash is in
/// the <see cref="ConnectionCore"/>; fields here hold what may be lost with it.
/// </summary>
internal sealed partial class ConnectionActor : ReceiveActor, IWithTimers
{
    private readonly ConnectionCore _core;
    private const int MaxCrashes = 10;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private CloseReason? _cause;
    private Exception? _causeError;

    public ConnectionActor(ConnectionCore core)
    {
        _core = core;
        Become(Starting);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private string Name => _core.Options.Name;

    /// <summary>Who waits for a reply; nobody, where the command came without a sender.</summary>
    private IActorRef Asker => Sender.Equals(Context.System.DeadLetters) ? ActorRefs.Nobody : Sender;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    private static TimeSpan Clock => Context.System.Scheduler.MonotonicClock;

    public static Props Props(ConnectionCore core) => Akka.Actor.Props.Create(() => new ConnectionActor(core));

    protected override void PreStart() => StartConnecting();

    // Topics, their subscribers and the subscribe commands that wait stay; the socket and the requests in flight belong to the instance that failed.
    protected override void PreRestart(Exception reason, object message)
    {
        _core.Crashes++;
        foreach (var child in Context.GetChildren())
        {
            if (_core.Routes.All.All(route => !route.Owner.Equals(child)))
                Context.Stop(child);
        }

        if (message is Request or Send)
            Reply(new NotSentException(Name, "the connection's actor failed on the command and restarts", reason) { Command = message });
        _log.Error(reason, "Connection {0}, epoch {1}: the actor failed on {2} and restarts", Name, _core.Epoch, message?.GetType().Name);
    }

    protected override void PostRestart(Exception reason)
    {
        foreach (var watcher in _core.Watchers)
            Context.Watch(watcher);
        while (_core.Queue.TryRemove(queued => queued.Request is not null))
        {
            // Its request actor answered the caller when it was stopped.
        }

        _core.Handle.Crash = null;
        _causeError = reason;
        var cause = new CloseReason(ErrorClass.Internal, $"the connection's actor failed: {reason.Message}");
        if (_core.Handle.Current.State is ConnectionState.Closing or ConnectionState.Closed || _core.Crashes > MaxCrashes)
            GetClosed(cause, []);
        else
            Lost(cause);
    }

    protected override void PostStop()
    {
        if (_core.Handle.Current.State != ConnectionState.Closed)
        {
            var reason = new CloseReason(
                ErrorClass.Internal,
                _core.Handle.Crash is { } crash ? $"its actor crashed too often: {crash.Message}" : "its actor was stopped");
            _causeError = _core.Handle.Crash;
            _pending.Clear(); // their actors have answered
            FailWaiters(reason);
            FailQueue(reason);
            FailRotationAskers(new ConnectionClosedException(Name, reason) { Command = Rotate.Instance });
            Publish(ConnectionState.Closed, reason);
            Announce(new ConnectionClosed(Name, _core.Epoch, reason));
        }

        _core.Handle.MarkGone();
    }

    /// <summary>Transports: classify, record, stop; the transition waits for <c>Terminated</c>, behind what was already read. Others: restart.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        maxNrOfRetries: -1,
        withinTimeMilliseconds: -1,
        localOnlyDecider: error =>
        {
            if (error is not TransportFailedException failure)
                return Directive.Restart;
            Record(Sender, failure);
            return Directive.Stop;
        },
        loggingEnabled: false);

    private void Record(IActorRef transport, TransportFailedException failure)
    {
        if (transport.Path.Name != TransportName(_core.Epoch))
        {
            _causeBeside ??= failure.Reason;
            return;
        }

        _cause ??= failure.Reason;
        _causeError = failure.InnerException;
    }

    /// <summary>The only caller of <c>Become</c>: publishes, counts and logs each transition, stamped with the epoch.</summary>
    private void Transition(ConnectionState to, Action behaviour, CloseReason? reason = null)
    {
        Publish(to, reason);
        WatchStalls();
        Become(() =>
        {
            behaviour();
            AnyState();
        });
    }

    private void Publish(ConnectionState to, CloseReason? reason)
    {
        var from = _core.Handle.Current.State;
        _core.Handle.Publish(new StateSnapshot(to, _core.Epoch, Now, reason), _causeError);
        _log.Info("Connection {0}, epoch {1}: {2} → {3}{4}", Name, _core.Epoch, from, to, reason is null ? "" : $" ({reason})");
        Announce(new ConnectionStateChanged(Name, _core.Epoch, from, to, reason));
    }

    private void Announce(ConnectionEvent happened)
    {
        _core.Handle.Announce(happened);
        Context.System.EventStream.Publish(happened);
        foreach (var watcher in _core.Watchers)
            watcher.Tell(happened);
    }

    private void Starting()
    {
    }

    /// <summary>What every state answers alike; installed behind the state's own handlers.</summary>
    private void AnyState()
    {
        Receive<GetStatus>(_ => Asker.Tell(Status()));
        Receive<WatchConnection>(m => OnWatch(m.Watcher));
        Receive<UnwatchConnection>(m => OnUnwatch(m.Watcher));
        Receive<Terminated>(m => OnUnwatch(m.ActorRef));
        Receive<TopicDeserted>(OnDeserted);
        Receive<StallLook>(_ => OnStallLook());
        Receive<Rotate>(m => Reply(new RotationFailedException(Name, $"the connection is {_core.Handle.Current.State}") { Command = m }));
        Receive<TransportSignal>(OnStale);
        Receive<RequestEnded>(_ => { });
        Receive<WithdrawRequest>(_ => { });
        Receive<ConnectionSignal>(_ => { });
    }

    private static void OnStale(TransportSignal signal)
    {
        switch (signal)
        {
            case ResponseReceived response:
                response.Credit.Release();
                break;
            case FrameReceived frame:
                frame.Credit.Release();
                break;
            case TransportOpened opened:
                opened.Wire.Abort();
                break;
        }
    }

    private void OnWatch(IActorRef watcher)
    {
        if (_core.Watchers.Add(watcher))
            Context.Watch(watcher);
        var now = _core.Handle.Current;
        watcher.Tell(new ConnectionStateChanged(Name, now.Epoch, now.State, now.State, now.Reason));
    }

    private void OnUnwatch(IActorRef watcher)
    {
        if (_core.Watchers.Remove(watcher))
            Context.Unwatch(watcher);
    }

    private ConnectionStatus Status()
    {
        var now = _core.Handle.Current;
        return new ConnectionStatus(Name, now.State, now.Epoch, now.Since)
        {
            Attempt = now.State is ConnectionState.Ready or ConnectionState.Closed ? 0 : _core.Attempt,
            LastReason = _core.LastReason,
            Reconnects = _core.Reconnects,
            Rotations = _core.Rotations,
            NextRotation = _nextRotation,
            MessagesReceived = _core.Counters.Messages,
            BytesReceived = _core.Counters.Bytes,
            UnknownMessages = _core.Counters.Unknown + _core.Counters.HandlerErrors,
            UnroutedUpdates = _core.Counters.Unrouted,
            DroppedUpdates = _core.Handle.Subscribers.Dropped,
            LaggedSubscriptions = _core.Handle.Subscribers.Lagged,
            IsStalled = _core.Credits.Pauses.Now,
            DuplicateUpdates = _core.Counters.Duplicates,
            LateResponses = _core.LateResponses,
            PendingRequests = _pending.Count,
            QueuedCommands = _core.Queue.Count,
            DesiredTopics = _core.Ledger.DesiredCount,
            ConfirmedTopics = _core.Ledger.ConfirmedCount,
        };
    }
}
