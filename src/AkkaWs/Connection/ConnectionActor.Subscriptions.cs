using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Subscriptions: wishes are always recorded; on the wire they are asked for while Ready.
internal sealed partial class ConnectionActor
{
    private static readonly CloseReason SubscribedAnew = new(
        ErrorClass.SubscriptionRefused, "the server refused the topic as one it may already have; unsubscribing and subscribing again");

    // The next message about subscriptions has its turn in the mailbox.
    private bool _reconciling;

    private void RecordSubscriptions() => HandleSubscriptions(() => { });

    private void HandleSubscriptions(Action reconcile)
    {
        Receive<Subscribe>(m =>
        {
            if (!RejectsOptions(m))
                OnSubscribe(m, m.Topics, new AddSubscriber(m.Subscriber, m.Batched, SettingsOf(m.Options)), reconcile, m.Critical || m.Options is { Critical: true });
        });
        Receive<SubscribeSink>(m => OnSubscribe(m, m.Topics, new AddSink(m.Sink, SettingsOf(m.Options)), reconcile, m.Options is { Critical: true }));
        Receive<Unsubscribe>(m => OnUnsubscribe(
            m.Topics, receipt => new RemoveSubscriber(m.Subscriber, receipt), command => command is Subscribe s && s.Subscriber.Equals(m.Subscriber)));
        Receive<UnsubscribeSink>(m => OnUnsubscribe(
            m.Topics, receipt => new RemoveSink(m.Sink, receipt), command => command is SubscribeSink s && s.Sink == m.Sink));
        HandleTopics(reconcile);
    }

    private void OnSubscribe(object command, IReadOnlyList<Topic> topics, object join, Action reconcile, bool critical = false)
    {
        var added = topics.Count(t => _core.Routes.Find(t) is null);
        if (added > 0 && _core.Joins.Count + added > _core.Options.Subscriptions.MaxTopics)
        {
            Reply(new CapacityExceededException(Name, "topics", _core.Options.Subscriptions.MaxTopics) { Command = command });
            return;
        }

        if (_core.Waiters.All.Count >= _core.Options.Subscriptions.MaxTopics)
        {
            Reply(new CapacityExceededException(Name, "subscriptions that wait for the server", _core.Options.Subscriptions.MaxTopics) { Command = command });
            return;
        }

        List<TopicRoute> routes;
        try
        {
            // Before anything is recorded: a topic that the handler fails on leaves nothing behind.
            routes = [.. topics.Distinct().Where(topic => _core.Routes.Find(topic) is null).Select(DescribeRoute)];
        }
        catch (Exception e)
        {
            Reply(new NotSentException(Name, $"the protocol handler failed on a topic: {OutsideText.Of(e)}", e) { Command = command });
            return;
        }

        foreach (var route in routes)
            AddRoute(route);
        foreach (var topic in topics)
            Join(topic, join, critical);
        var open = topics.Where(t => !t.IsEverything && !_core.Ledger.IsConfirmed(t)).ToHashSet();
        var waiter = new SubscribeWaiter(Asker, command, topics, open, []);
        if (open.Count == 0)
        {
            AwaitJoins(waiter);
            return;
        }

        _core.Waiters.Add(waiter);
        WatchUnconfirmed(open);
        reconcile();
    }

    private TopicRoute DescribeRoute(Topic topic)
    {
        var isPattern = !topic.IsEverything && _core.Handler.IsPattern(topic);
        return new TopicRoute(topic)
        {
            IsPattern = isPattern,
            Kind = KindOf(_core.Handler, _core.Telemetry.Kinds, topic, isPattern),
            Staleness = StalenessOf(topic, isPattern),
            StopReason = _core.StopReason,
        };
    }

    private void AddRoute(TopicRoute route)
    {
        route.Owner = Context.ActorOf(TopicActor.Props(route).WithDispatcher(_core.Dispatcher), $"topic-{++_core.NextChild}");
        _core.Joins[route.Topic] = 0;
        _core.Routes.Add(route);
        if (route.Staleness is { } staleness)
            WatchStaleness(staleness.MaxAge);
        MarkLeftUnanswered(route);
        if (_core.Ledger.IsConfirmed(route.Topic) || route.Topic.IsEverything && _core.Handle.Current.State == ConnectionState.Ready)
            route.Owner.Tell(new ConfirmTopic(_core.Epoch));
    }

    private void Join(Topic topic, object join, bool critical)
    {
        _core.Joins[topic]++;
        _core.Routes.Find(topic)!.Owner.Tell(join);
        if (!topic.IsEverything)
            _core.Ledger.Wish(topic, critical);
    }

    private void OnUnsubscribe(IReadOnlyList<Topic> topics, Func<LeaveReceipt, object> leave, Predicate<object> isTheirs)
    {
        var reply = new Unsubscribed(topics);
        List<IActorRef> owners = [.. topics.Select(t => _core.Routes.Find(t)?.Owner).OfType<IActorRef>()];
        if (owners.Count == 0)
        {
            Asker.Tell(reply);
            return;
        }

        _leaving++;
        var message = leave(new LeaveReceipt(Asker, reply, owners.Count, Self));
        foreach (var owner in owners)
            owner.Tell(message);
        Conclude(_core.Waiters.Leave(topics, isTheirs, CloseReason.Requested.Description)); // while the connection is away nothing else would, and they hold places
    }

    // Of a topic that was forgotten meanwhile and subscribed anew, the actor before may tell so late.
    private bool IsOfThisLife(Topic topic) => _core.Routes.Find(topic)?.Owner.Equals(Sender) == true;

    private void OnDeserted(TopicDeserted message)
    {
        EndLinger(message.Topic);
        if (_core.Joins.GetValueOrDefault(message.Topic) == message.Joins)
            Forget(message.Topic, CloseReason.Requested);
    }

    private void Forget(Topic topic, CloseReason reason, Exception? cause = null)
    {
        if (_core.Routes.Find(topic) is { } route)
        {
            route.Owner.Tell(new EndTopic(reason));
            _core.Telemetry.Past.Add(route.Kind, route.Progress.Sequence);
        }

        _core.Routes.Remove(topic);
        _core.Joins.Remove(topic);
        EndLinger(topic);
        Timers.Cancel(new RecoveryKey(topic));
        _core.StaleTopics.Remove(topic);
        _leaves.Forget(topic);
        _core.Ledger.Unwish(topic);
        _core.Unconfirmed.Remove(topic);
        Settle(topic, new TopicFailure(topic, reason.Description), cause);
    }

    /// <summary>
    /// Closes the difference between what is wished and what is on the wire, one message at a time: a cancel that comes meanwhile is not held up by
    /// more than one.
    /// </summary>
    private void Reconcile(OpenData data)
    {
        if (_reconciling || !AskNext(data) || !_core.Ledger.HasWork)
            return;
        _reconciling = true;
        Self.Tell(new ReconcileNext(_core.Epoch));
    }

    private void OnReconcileNext(OpenData data)
    {
        _reconciling = false;
        if (_core.Ledger.HasUrgentWork)
            Reconcile(data);
        DrainQueue(data);
        Reconcile(data);
    }

    private void OnAcknowledgement(OpenData data, Acknowledgement answer)
    {
        if (answer.RequestId is { } late)
            _core.Requests.CameLate(late, _core.Epoch);
        var open = _spans.IsListenedTo ? _core.Ledger.PendingIds : [];
        var change = Apply(answer, _core.Ledger);
        Apply(change);
        foreach (var id in open.Where(id => !_core.Ledger.IsPending(id)))
            _spans.Ended(id, null, change.Failed.Count > 0 ? "subscription_refused" : null);
        if (change.Divided == 0 && answer.RequestId is { } answered && !_core.Ledger.IsPending(answered))
            Timers.Cancel(new ConfirmDeadline(answered));
        ScheduleUnanswered(); // a topic that the server refused to let go is left once more
        Reconcile(data);
    }

    /// <summary>Where the server refuses a whole message, the ledger divides it; the deadline of that message goes on for all its parts.</summary>
    private LedgerChange Apply(Acknowledgement answer, SubscriptionLedger ledger)
    {
        var change = ledger.Apply(answer);
        if (change.Divided > 0)
            _log.SubscriptionDivided(Scope, change.Divided);
        return change;
    }

    private void Apply(LedgerChange change)
    {
        foreach (var topic in change.Confirmed)
        {
            _core.Unconfirmed.Remove(topic);
            TellConfirmed(topic, mayEndDoubt: _overlap is not { HasPassedTurn: false });
            Settle(topic, failure: null);
        }

        MarkDoubted(change.Doubted);
        foreach (var topic in change.Left.Where(_core.Ledger.IsUnderWay))
            _core.Routes.Find(topic)?.Owner.Tell(new AskedAgain(_core.Epoch));
        Refuse(change.Failed);
        NoteSettled();
        LogRestored();
    }

    private void Settle(Topic topic, TopicFailure? failure, Exception? cause = null) => Conclude(_core.Waiters.Settle(topic, failure, cause));

    private void Conclude(IReadOnlyList<SubscribeWaiter> settled)
    {
        foreach (var waiter in settled)
        {
            if (waiter.Failures.Count == 0)
                AwaitJoins(waiter);
            else
                waiter.Asker.Tell(new Status.Failure(new SubscriptionFailedException(Name, waiter.Failures, waiter.Cause) { Command = waiter.Command }));
        }
    }

    private void AwaitJoins(SubscribeWaiter waiter)
    {
        List<IActorRef> owners = [.. waiter.Topics.Select(t => _core.Routes.Find(t)?.Owner).OfType<IActorRef>()];
        if (owners.Count == 0)
        {
            waiter.Asker.Tell(new Subscribed(waiter.Topics));
            return;
        }

        var receipt = new JoinReceipt(owners.Count, Self);
        _core.Joining.Add(receipt, waiter);
        foreach (var owner in owners)
            owner.Tell(receipt);
    }

    private void OnJoined(JoinsSettled message)
    {
        if (_core.Joining.Remove(message.Receipt, out var waiter))
            waiter.Asker.Tell(new Subscribed(waiter.Topics));
    }
}
