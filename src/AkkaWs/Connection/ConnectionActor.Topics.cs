using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Topics;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// What topics tell: that nobody subscribes them any more, that they are stale, that updates are missing.
internal sealed partial class ConnectionActor
{
    // Unsubscribe commands whose topics have not all let go yet: what they leave goes out together.
    private int _leaving;
    private bool _reconcileDue;

    private void HandleTopics(Action reconcile)
    {
        Receive<TopicDeserted>(OnLeft);
        Receive<LingerOver>(_ => OnLingerOver());
        Receive<LeaveSettled>(_ =>
        {
            _leaving = Math.Max(0, _leaving - 1);
            reconcile();
        });
        Receive<ReconcileDue>(_ =>
        {
            _reconcileDue = false;
            reconcile();
        });
    }

    /// <summary>In every state.</summary>
    private void HandleTopicNews()
    {
        Receive<TopicAge>(OnTopicAge);
        Receive<JoinsSettled>(OnJoined);
        Receive<LeaveSettled>(_ => { });
        Receive<RecoverTopic>(m => _core.Routes.Find(m.Topic)?.Owner.Tell(RecoveryOver.Instance));
    }

    private void OnLeft(TopicDeserted message)
    {
        if (!IsOfThisLife(message.Topic))
            return;
        var linger = _core.Options.Subscriptions.UnsubscribeLinger;
        if (linger > TimeSpan.Zero && _core.Handle.Current.State == ConnectionState.Ready && _core.Joins.GetValueOrDefault(message.Topic) == message.Joins)
        {
            _core.Lingering[message.Topic] = (message, Life + linger);
            Timers.StartSingleTimer(new LingerKey(message.Topic), LingerOver.Instance, linger);
            return;
        }

        OnDeserted(message);
        if (_leaving == 0)
            ScheduleReconcile();
    }

    // Topics that were left at nearly the same time go together.
    private void OnLingerOver()
    {
        var due = Life + _core.Options.Subscriptions.UnsubscribeLinger / 10;
        foreach (var (deserted, _) in _core.Lingering.Values.Where(lingering => lingering.Due <= due).ToList())
            OnDeserted(deserted);
        GoOnLingering(); // a clock that was set back meanwhile has some of them wait longer than their timers
        ScheduleReconcile();
    }

    // Behind what is in the mailbox already, so that topics that are left at the same time share a message.
    private void ScheduleReconcile()
    {
        if (_reconcileDue)
            return;
        _reconcileDue = true;
        Self.Tell(ReconcileDue.Instance);
    }

    /// <summary>What lingers goes on to do so until its own time is over, also where it is brought back meanwhile.</summary>
    private void GoOnLingering()
    {
        foreach (var (topic, lingering) in _core.Lingering)
            Timers.StartSingleTimer(new LingerKey(topic), LingerOver.Instance, Max(lingering.Due - Life, ShortestBeat));
    }

    private void EndLinger(Topic topic)
    {
        if (_core.Lingering.Remove(topic))
            Timers.Cancel(new LingerKey(topic));
    }

    private void OnTopicAge(TopicAge news)
    {
        if (!IsOfThisLife(news.Topic))
            return;
        if (news.StaleFor is not { } age)
            _core.StaleTopics.Remove(news.Topic);
        else if (_core.StaleTopics.Add(news.Topic))
            Announce(new TopicStale(Name, _core.Epoch, news.Topic, age));
    }

    private void OnRecover(OpenData data, RecoverTopic recover)
    {
        if (_core.Routes.Find(recover.Topic) is not { } route)
            return;
        if (recover.Recovery == GapRecovery.Snapshot && BuildSnapshotRequest(recover.Topic) is var (id, request))
        {
            AskForSnapshot(data, recover.Topic, id, request);
            return;
        }

        _core.Ledger.Renew(recover.Topic);
        Reconcile(data);
        if (!_core.Ledger.IsUnderWay(recover.Topic))
            route.Owner.Tell(RecoveryOver.Instance);
    }

    // The topic begins no other recovery until this one is over: what cannot be written now is tried again.
    private void AskForSnapshot(OpenData data, Topic topic, RequestId id, OutboundMessage request)
    {
        var key = new RecoveryKey(topic);
        if (!TryPassInBulk(_core.Gates.Outgoing) || !data.Wire.TryPost(new PostedWrite(request, Lanes.OfWire(MessagePriority.Subscribe))))
        {
            var delay = Max(_core.Gates.Outgoing?.Until(Clock, RateLane.Bulk) ?? TimeSpan.Zero, ShortestRetry);
            Timers.StartSingleTimer(key, new RetryRecovery(topic, Clock + delay), delay);
            return;
        }

        _core.Requests.AwaitLate(id, _core.Epoch);
        Timers.StartSingleTimer(key, new RecoveryExpired(topic), _core.Options.Subscriptions.ConfirmTimeout);
    }

    // Where the handler fails, the topic is subscribed again, as where it knows no such request.
    private (RequestId Id, OutboundMessage Request)? BuildSnapshotRequest(Topic topic)
    {
        try
        {
            var id = NextId();
            return _core.Handler.BuildSnapshotRequest(topic, id) is { } request ? (id, request) : null;
        }
        catch (Exception e)
        {
            ReportHandlerError(e, _core.Epoch, MessageKind.Unknown);
            return null;
        }
    }

    private void OnRetryRecovery(OpenData data, RetryRecovery retry)
    {
        _core.Clock.Reach(retry.At);
        OnRecover(data, new RecoverTopic(retry.Topic, GapRecovery.Snapshot));
    }

    private void OnRecoveryExpired(RecoveryExpired expired) => _core.Routes.Find(expired.Topic)?.Owner.Tell(RecoveryOver.Instance);

    /// <summary>Null where the subscriber asked for nothing that a topic has to keep.</summary>
    private SinkSettings? SettingsOf(SubscribeOptions? options) => options is { IsSpecial: true }
        ? new SinkSettings(options, LimitsOf(options, _core.Options.Subscriptions), _core.Handler, _core.Handle.Subscribers, _core.Handle.Backlogs)
        : null;

    private static BufferLimits LimitsOf(SubscribeOptions options, SubscriptionOptions bounds) => new(options.Capacity ?? bounds.BufferCapacity, bounds.BufferBytes);

    private bool RejectsOptions(Subscribe command)
    {
        try
        {
            command.Options?.ThrowIfInvalid();
            if (command.Options is { Window: null, Overflow: not OverflowPolicy.Fail })
                throw new ArgumentException("An overflow policy of an actor needs a window: without acknowledgements nobody knows what it has not worked off.");
            return false;
        }
        catch (ArgumentException e)
        {
            Asker.Tell(new Status.Failure(e));
            return true;
        }
    }

    private sealed record LingerKey(Topic Topic);

    private sealed record RecoveryKey(Topic Topic);
}
