using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Routing;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Where updates of a topic may be missing, its subscribers are told in that very place: behind what the read loops have handed over, ahead of all else.
internal sealed partial class ConnectionActor
{
    // Of the physical connection in charge.
    private readonly PendingLeaves _leaves = new();

    /// <summary>From now on no read loop delivers before that of the next physical connection.</summary>
    private void StopDelivering()
    {
        var next = _core.NewestEpoch.Next();
        _leaves.Clear();
        _core.Turn.PassTo(next, atThatMoment: () => PassMessagesTo(next));
    }

    // What this physical connection has brought of the topics belongs to earlier subscriptions: what comes between these and the new ones is missing, and
    // what is held of them is not delivered. Where it does not deliver yet, the old one may go on with them.
    private void MarkAskedAgain(IReadOnlyList<Topic> topics)
    {
        if (_overlap is { HasPassedTurn: false } overlap)
        {
            overlap.Asked.UnionWith(topics);
            InTurn(() =>
            {
                foreach (var route in topics.Select(_core.Routes.Find).OfType<TopicRoute>())
                    (route.EndedOn, route.AskedAgainAt) = (Epoch.None, Stopwatch.GetTimestamp());
            });
            return;
        }

        InTurn(() =>
        {
            foreach (var route in topics.Select(_core.Routes.Find).OfType<TopicRoute>())
            {
                (route.EndedOn, route.AskedAgainAt) = (Epoch.None, Stopwatch.GetTimestamp());
                if (MayBeInBetween(route))
                    Mark(route, AskedAgain(route.Topic, _core.Epoch));
            }
        });
    }

    private bool MayBeInBetween(TopicRoute route) => route.Progress.Epoch.Value >= _core.Turn.UnbrokenSince.Value || _leaves.Contains(route.Topic);

    private void NoteLeft(IReadOnlyList<Topic> topics) => _leaves.Add(topics, _core.Options.Subscriptions.MaxTopics);

    // Where this connection does not deliver yet, what it holds may be of the subscription before, and the old one may go on with its own: the doubt ends
    // behind that.
    private void TellConfirmed(Topic topic, bool mayEndDoubt)
    {
        var endsDoubt = mayEndDoubt && _core.Handler.ConfirmsSubscriptions;
        if (endsDoubt)
            _leaves.Confirm(topic);
        _core.Routes.Find(topic)?.Owner.Tell(new ConfirmTopic(_core.Epoch) { EndsDoubtAt = endsDoubt ? Stopwatch.GetTimestamp() : null });
    }

    private void OnDoubtOver()
    {
        foreach (var topic in _leaves.TakeEnded(Life))
            _core.Routes.Find(topic)?.Owner.Tell(new EndDoubt(Stopwatch.GetTimestamp()));
        ScheduleDoubtOver();
    }

    private void ScheduleDoubtOver()
    {
        if (_leaves.NextEnd is { } end)
            Timers.StartSingleTimer(nameof(DoubtOver), DoubtOver.Instance, Max(end - Life, ShortestBeat));
    }

    // Who joins may get updates of the subscription before as well as who was there when the topic was asked for.
    private void MarkLeftUnanswered(TopicRoute route)
    {
        if (_overlap is { HasPassedTurn: false } || !_leaves.Contains(route.Topic))
            return;
        InTurn(() => Mark(route, AskedAgain(route.Topic, _core.Epoch)));
    }

    // The server may have such a topic from an earlier message: what it brings until it is left and subscribed anew counts.
    private void MarkDoubted(IReadOnlyList<Topic> topics)
    {
        if (topics.Count == 0)
            return; // most answers: they wait for no read loop
        InTurn(() =>
        {
            foreach (var topic in topics)
                Mark(_core.Routes.Find(topic), new TopicMark(_core.Epoch, SubscribedAnew, IsBridged: true));
        });
    }

    private void MarkEnded(IReadOnlyList<Topic> topics, string reason) => InTurn(() =>
    {
        foreach (var route in topics.Select(_core.Routes.Find).OfType<TopicRoute>())
        {
            route.EndedOn = _core.Epoch;
            Mark(route, new TopicMark(_core.Epoch, new CloseReason(ErrorClass.SubscriptionRefused, reason), IsBridged: false));
        }
    });

    // This connection does not deliver yet: what it holds of them is not delivered, and proves no subscription.
    private void MarkEndedBeside(IReadOnlyList<Topic> topics) => InTurn(() =>
    {
        foreach (var route in topics.Select(_core.Routes.Find).OfType<TopicRoute>())
            route.EndedOn = _core.Epoch;
    });

    /// <summary>Within the turn, where it passes to the new connection: the topics that this was refused, or asked for again, behind the last that the old one brought.</summary>
    private void MarkTakenOver(OverlapData overlap)
    {
        foreach (var failure in overlap.Refused)
            Mark(_core.Routes.Find(failure.Topic), new TopicMark(overlap.Epoch, new CloseReason(ErrorClass.SubscriptionRefused, failure.Reason), IsBridged: true));
        foreach (var route in overlap.Asked.Select(_core.Routes.Find).OfType<TopicRoute>().Where(MayBeInBetween))
            Mark(route, AskedAgain(route.Topic, overlap.Epoch));
    }

    private TopicMark AskedAgain(Topic topic, Epoch epoch) => new(epoch, new CloseReason(ErrorClass.None, "subscribed again on the same connection"), IsBridged: true)
    {
        Doubt = DoubtOf(topic),
    };

    private LeaveDoubt? DoubtOf(Topic topic)
    {
        if (!_leaves.Contains(topic))
            return null;
        if (!_core.Handler.ConfirmsSubscriptions)
        {
            _leaves.EndAt(topic, Life + _core.Options.Subscriptions.ConfirmTimeout);
            if (!Timers.IsTimerActive(nameof(DoubtOver)))
                ScheduleDoubtOver();
        }

        return new LeaveDoubt(_core.Handler);
    }

    private static void Mark(TopicRoute? route, TopicMark mark)
    {
        route?.Staleness?.Reset(); // its silence from now on is no staleness
        route?.Post(mark);
    }

    private void InTurn(Action action)
    {
        _core.Turn.Enter();
        try
        {
            action();
        }
        finally
        {
            _core.Turn.Exit();
        }
    }

    private Takeover TakeoverFrom(OverlapData overlap, bool isGone) =>
        overlap.Ledger.HasLeft ? Takeover.Complete
        : isGone ? Takeover.Torn
        : overlap.IsOver && !_core.Handler.ConfirmsSubscriptions ? Takeover.Complete
        : Takeover.InDoubt;

    // Those who want every message had those of the old connection first; where it broke, some may be missing.
    private void TakeOverMessages(OverlapData overlap)
    {
        InTurn(() =>
        {
            if (_core.Messages.Holder == _core.Epoch)
                return;
            if (!overlap.IsClosing)
                _core.Routes.Everything?.Post(new TopicMark(overlap.Epoch, new CloseReason(ErrorClass.Rotation, "messages may be missing: the old connection of the rotation broke"), IsBridged: true));
            PassMessagesTo(_core.Epoch);
        });
        _core.Routes.Everything?.Owner.Tell(new ConfirmTopic(_core.Epoch));
    }

    // Within the turn.
    private void PassMessagesTo(Epoch epoch)
    {
        List<TopicUpdate> updates = [];
        var origin = new UpdateOrigin(_core.Epoch, _core.Handler);
        var everything = _core.Routes.Everything;
        _core.Messages.PassTo(epoch, message =>
        {
            if (everything is not null)
                updates.Add(everything.Progress.Next(Topic.Everything, message.Payload, origin, null, message.ReceivedAt));
        });

        if (updates.Count > 0)
            everything!.Hand(_core.Epoch, [.. updates], BatchCredit.None);
    }
}
