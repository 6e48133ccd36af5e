using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Requests;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
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
    // So many unconfirmed topics are named in a status.
    private const int NamedInStatus = 20;

    private readonly ConnectionCore _core;
    private readonly ILoggingAdapter _log = LogTarget.Of(Context);
    private CloseReason? _cause;
    private Exception? _causeError;

    public ConnectionActor(ConnectionCore core)
    {
        _core = core;
        var scheduler = Context.System.Scheduler;
        _core.Clock ??= new TrafficClock(() => scheduler.HighResMonotonicClock);
        _core.Life ??= new LifeClock(scheduler);
        _core.Requests.Life = _core.Life;
        _spans = new ConnectionSpans(core.Options.Telemetry.Traces, core.Options.Name, core.Options.Url, core.Telemetry.Listeners);
        _reconnectLog = new ReconnectLog(core.Options.Telemetry.ReportInterval);
        _core.Requests.Owner = _core.Handle.Subscribers.Owner = _core.Telemetry.Listeners.Owner = Self;
        Become(Starting);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private string Name => _core.Options.Name;

    /// <summary>Who waits for a reply; nobody, where the command came without a sender.</summary>
    private IActorRef Asker => Sender.Equals(Context.System.DeadLetters) ? ActorRefs.Nobody : Sender;

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    private TimeSpan Clock => _core.Clock.Now;

    public static Props Props(ConnectionCore core) => Akka.Actor.Props.Create<ConnectionActor>(core).WithDeploy(Deploy.Local).WithDispatcher(core.Dispatcher);

    /// <summary>The only way into a state: publishes, counts and logs each transition, stamped with the epoch.</summary>
    private void Transition(ConnectionState to, Action behaviour, CloseReason? reason = null)
    {
        Publish(to, reason);
        if (to != ConnectionState.Closed)
            WatchStalls();
        Resume(behaviour);
    }

    // Without a transition only where a new instance of the actor takes up the state that it finds.
    private void Resume(Action behaviour) => Become(() =>
    {
        behaviour();
        AnyState();
    });

    private void Publish(ConnectionState to, CloseReason? reason)
    {
        var from = _core.Handle.Current.State;
        _core.Handle.Publish(new StateSnapshot(to, _core.Epoch, Now, reason) { Error = reason is { IsGraceful: false } ? _causeError : null });
        if (to == ConnectionState.Closed && reason is { IsGraceful: false })
            _log.ClosedForGood(Scope, from, reason);
        else
            _log.StateChanged(Scope, IsLoggedOtherwise(from, to), from, reason);
        Announce(new ConnectionStateChanged(Name, _core.Epoch, from, to, reason));
    }

    // A loss and a return of Ready have lines of their own; attempts beyond the first few are summarised.
    private bool IsLoggedOtherwise(ConnectionState from, ConnectionState to) => to switch
    {
        ConnectionState.Closing or ConnectionState.Closed => false,
        ConnectionState.Ready => _core.LostAt is not null,
        ConnectionState.Reconnecting when from == ConnectionState.Ready => true,
        _ => ReconnectLog.IsRepetition(_core.History.Attempt),
    };

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
        Receive<GetMetrics>(_ => Asker.Tell(Metrics()));
        Receive<GetTopics>(_ => Asker.Tell(ListTopics()));
        Receive<LatencyBudgetBroken>(OnLatencyBudgetBroken);
        Receive<FiguresDue>(_ => OnFiguresDue());
        Receive<LatencyReportDue>(_ => _core.Telemetry.Batches?.Arm());
        Receive<WatchConnection>(m => OnWatch(m.Watcher));
        Receive<UnwatchConnection>(m => OnUnwatch(m.Watcher));
        Receive<Terminated>(m => OnUnwatch(m.ActorRef));
        Receive<TopicDeserted>(m =>
        {
            if (IsOfThisLife(m.Topic))
                OnDeserted(m);
        });
        HandleTopicNews();
        Receive<ReportSubscriber>(OnSubscriberFailed);
        Receive<SubscriptionEnded>(ended => _log.SubscriptionEnded(Scope, ended.Topic, ended.Reason));
        Receive<BacklogRose>(m => _log.BacklogRose(Scope, m.Topic, m.Updates, m.Bytes));
        Receive<UpdateUnreadable>(m => _log.HandlerFailed(Scope, m.Error, _core.Handler.GetType(), m.Member, m.Count));
        Receive<ReadingPaused>(_ => OnReadingPaused());
        Receive<StallNotice>(_ => OnStallNotice());
        Receive<ListenerFailed>(m => _log.ListenerThrew(Scope, m.Error, m.Errors));
        Receive<StallLook>(_ => OnStallLook());
        Receive<TopicHoldsReading>(m => OnTopicHoldsReading(m.Topic));
        Receive<ReconnectSummaryDue>(_ => OnReconnectSummaryDue());
        Receive<Reconfigure>(OnReconfigure);
        Receive<Rotate>(m => Reply(new RotationFailedException(Name, $"the connection is {_core.Handle.Current.State}") { Command = m }));
        Receive<FlushWrites>(_ => FlushNow());
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
            case PongReceived pong:
                pong.Credit.Release();
                break;
            case TransportOpened opened:
                opened.Wire.Abort();
                break;
        }
    }

    private void Reply(WebSocketClientException error) => Asker.Tell(new Status.Failure(error));

    private void OnWatch(IActorRef watcher)
    {
        ArgumentNullException.ThrowIfNull(watcher);
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
        var (now, unread) = (_core.Handle.Current, _core.Handle.Backlogs.Sum());
        return new ConnectionStatus(Name, now.State, now.Epoch, now.Since)
        {
            Attempt = now.State is ConnectionState.Ready or ConnectionState.Closed ? 0 : _core.History.Attempt,
            AttemptsAhead = now.State == ConnectionState.Connecting ? _attemptsAhead : _standby?.AttemptsAhead,
            LastReason = _core.LastReason,
            IsRetryingSlowly = _core.RetriesSlowly,
            Reconnects = _core.Reconnects,
            Rotations = _core.Rotations,
            NextRotation = _nextRotation,
            MessagesReceived = _core.Counters.Messages,
            BytesReceived = _core.Counters.Bytes,
            LastMessageAge = _core.Counters.LastReceivedAt is > 0 and var received ? System.Diagnostics.Stopwatch.GetElapsedTime(received) : null,
            UnknownMessages = UnreadableMessages,
            UnroutedUpdates = _core.Counters.Unrouted,
            DroppedUpdates = _core.Handle.Subscribers.Dropped,
            LaggedSubscriptions = _core.Handle.Subscribers.Lagged,
            BadPayloads = _core.Handle.Subscribers.BadPayloads,
            CallbackErrors = _core.Handle.Subscribers.CallbackErrors,
            Gaps = _core.Handle.Subscribers.Gaps,
            StaleTopics = _core.StaleTopics.Count,
            UnconfirmedTopics = _core.Unconfirmed.Count,
            Unconfirmed = _core.Unconfirmed.First(NamedInStatus),
            IsStalled = _core.Credits.Pauses.Now,
            UnreadUpdates = unread.Updates,
            UnreadBytes = unread.Bytes,
            OldestUnread = unread.Age,
            Backlogs = _core.Handle.Backlogs.Furthest(NamedInStatus),
            Mailboxes = _mailboxes.Fullest(_core.Routes.All, NamedInStatus),
            FullMailboxes = _mailboxes.Full,
            DuplicateUpdates = _core.Counters.Duplicates,
            LateResponses = _core.LateResponses,
            PendingRequests = _core.Requests.Count,
            QueuedCommands = _core.Queue.Count,
            ThrottledMessages = _core.Gates.Waiting,
            ThrottleDelay = _core.Gates.NextAvailable(Clock),
            ThrottleRejections = _core.Gates.Rejected,
            LastRoundTrip = _heartbeat?.LastRoundTrip,
            SmoothedRoundTrip = _heartbeat?.SmoothedRoundTrip,
            MissedPongs = _heartbeat?.Missed ?? 0,
            DesiredTopics = _core.Ledger.DesiredCount,
            ConfirmedTopics = _core.Ledger.ConfirmedCount,
        };
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
