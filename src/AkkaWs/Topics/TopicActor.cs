using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Topics;

/// <summary>
/// The subscribers of one topic: membership, markers, and the snapshot that the read loop fans out from. What must survive a restart is in the
/// route's <see cref="TopicMembers"/>. Untyped, because there is one per topic: a switch costs no handler table.
/// </summary>
internal sealed partial class TopicActor : UntypedActor
{
    private readonly TopicRoute _route;
    private readonly TopicMembers _members;
    private bool _ended;

    public TopicActor(TopicRoute route)
    {
        _route = route;
        _members = route.Members;
    }

    public static Props Props(TopicRoute route) => Akka.Actor.Props.Create<TopicActor>(route).WithDeploy(Deploy.Local);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupPosted:
                OnGroup();
                break;
            case AddSubscriber add:
                OnAdd(add);
                break;
            case JoinReceipt receipt:
                receipt.Sign();
                break;
            case RemoveSubscriber remove:
                Remove(remove.Subscriber);
                remove.Receipt?.Sign();
                break;
            case Terminated terminated:
                Remove(terminated.ActorRef);
                break;
            case AddSink add:
                OnAdd(add);
                break;
            case RemoveSink remove:
                OnRemove(remove);
                remove.Receipt?.Sign();
                break;
            case ConfirmTopic confirm:
                OnConfirm(confirm);
                break;
            case EndDoubt end:
                EndDoubt(end.At);
                break;
            case AskedAgain asked:
                if (_members.Interruption is not null && _members.LiveEpoch == asked.Epoch)
                    _members.LiveEpoch = null;
                break;
            case MarkUnconfirmed missing:
                _members.Unconfirmed = new Unconfirmed(_route.Topic, missing.Since, missing.Cause);
                Announce(_members.Unconfirmed);
                break;
            case InterruptTopic interrupt:
                Interrupt(interrupt.Epoch, interrupt.Reason);
                break;
            case MarkProgress mark:
                foreach (var holder in _members.Sinks.OfType<ICreditHolder>())
                    holder.MarkProgress(mark.Round);
                break;
            case FindHolder:
                if (_members.Sinks.OfType<ICreditHolder>().Any(holder => holder.HoldsReading))
                    Context.Parent.Tell(new TopicHoldsReading(_route.Topic));
                break;
            case FailStuck fail:
                OnFailStuck(fail);
                break;
            case EndTopic end:
                OnEnd(end);
                break;
            default:
                OnSpecial(message);
                break;
        }
    }

    // Members and waiting groups stay with the route.
    protected override void PreRestart(Exception reason, object message)
    {
        _ageTimer?.Cancel();
        (message as RemoveSubscriber)?.Receipt?.Sign();
        (message as RemoveSink)?.Receipt?.Sign();
    }

    protected override void PostRestart(Exception reason)
    {
        foreach (var subscriber in _members.Each.Concat(_members.Batched).Concat(_members.Special.Keys.OfType<IActorRef>()))
            Context.Watch(subscriber);
        ScheduleAgeLook();
        Publish();
    }

    protected override void PostStop()
    {
        _route.End();
        _ageTimer?.Cancel();
        if (!_ended)
            Announce(new TopicClosed(_route.Topic, _route.StopReason?.Invoke() ?? new CloseReason(ErrorClass.Internal, "the connection's actor stopped")));
    }

    private void OnGroup()
    {
        if (_route.Take() is not { } group)
            return;
        try
        {
            if (group.Mark is { } mark)
            {
                OnMark(mark);
            }
            else
            {
                GoLive(group.Epoch);
                if (_members.Doubt is { } doubt)
                    DeliverInDoubt(group, doubt);
                else
                    Deliver(group);
            }
        }
        finally
        {
            group.Credit.Release();
            _route.Progress.Handled++;
        }
    }

    private void Deliver(TopicGroup group)
    {
        foreach (var subscriber in _members.Each)
        {
            foreach (var update in group.Updates)
                subscriber.Tell(update);
        }

        if (_members.Batched.Count > 0)
        {
            var batch = new TopicUpdates(_route.Topic, group.Updates);
            foreach (var subscriber in _members.Batched)
                subscriber.Tell(batch);
        }

        foreach (var sink in _members.Sinks)
            sink.Accept(group.Updates, group.Credit);
    }

    private void OnAdd(AddSubscriber message)
    {
        _members.Joins++;
        if (KeepsSpecial(message))
            return;
        var before = TakeSpecial(message.Subscriber);
        if (message.Settings is { } settings)
        {
            OnAddSpecial(message, settings, before);
            return;
        }

        before?.HandOver(message.Batched);
        if (!_members.Add(message.Subscriber, message.Batched))
            return;
        Context.Watch(message.Subscriber);
        foreach (var marker in MarkersFor(SubscribeOptions.Default))
            message.Subscriber.Tell(marker);
        Publish();
    }

    private void OnAdd(AddSink message)
    {
        _members.Joins++;
        if (message.Settings is { } settings)
        {
            OnAddSpecial(message, settings);
            return;
        }

        if (!_members.Add(message.Sink))
            return;
        foreach (var marker in MarkersFor(SubscribeOptions.Default))
            message.Sink.Accept(marker);
        Publish();
    }

    private void Remove(IActorRef subscriber)
    {
        Context.Unwatch(subscriber);
        if (_members.Remove(subscriber) | DropSpecial(subscriber))
            AfterRemoval();
    }

    private void OnRemove(RemoveSink message)
    {
        if (_members.Remove(message.Sink) | DropSpecial(message.Sink))
            AfterRemoval();
    }

    private void AfterRemoval()
    {
        Publish();
        if (_members.IsEmpty)
            Context.Parent.Tell(new TopicDeserted(_route.Topic, _members.Joins));
    }

    // An update by the new connection proves the subscription as well as a confirmation does, whichever comes first.
    private void GoLive(Epoch epoch)
    {
        if (_members.LiveEpoch is { } live && live.Value >= epoch.Value)
            return;
        _members.LiveEpoch = epoch;
        Restore(epoch);
    }

    // On the same physical connection it is a subscription that the server had ended or not answered, and has confirmed now; or one that is recovered.
    private void OnConfirm(ConfirmTopic confirm)
    {
        EndDoubt(confirm.EndsDoubtAt);
        if (_members.LiveEpoch == confirm.Epoch)
            Restore(confirm.Epoch);
        else
            GoLive(confirm.Epoch);
    }

    // A recovery for which nobody was interrupted concerns those alone who asked for it.
    private void Restore(Epoch epoch)
    {
        var restored = new Restored(_route.Topic, epoch);
        if (_members.IsWithoutUpdates)
            Announce(restored);
        else if (_members.Recovery is not null)
            TellSpecial(restored);
        (_members.Interruption, _members.Unconfirmed, _members.Recovery) = (null, null, null);
        Publish();
    }

    private void Interrupt(Epoch epoch, CloseReason reason)
    {
        (_members.Recovery, _members.Doubt) = (null, null);
        ForgetAge();
        if (_members.LiveEpoch is null || _members.Interruption is not null)
            return;
        _members.Interruption = new Interrupted(_route.Topic, epoch, reason);
        Announce(_members.Interruption);
        Publish();
    }

    private void OnMark(TopicMark mark)
    {
        var doubt = mark.KeepsDoubt ? _members.Doubt : mark.Doubt;
        if (_members.Recovery is null)
            Interrupt(mark.Epoch, mark.Reason);
        else if (_members is { LiveEpoch: not null, Interruption: null })
            InterruptOthers(new Interrupted(_route.Topic, mark.Epoch, mark.Reason));
        if (mark.IsBridged)
            _members.LiveEpoch = null;
        (_members.Doubt, _members.NumberInDoubt) = (doubt, null);
        Publish();
    }

    // Who fails is logged and leaves by messages of its own, every topic of the subscription.
    private void OnFailStuck(FailStuck message)
    {
        foreach (var holder in _members.Sinks.OfType<ICreditHolder>())
            holder.FailIfStuck(message.Reason, message.Round);
    }

    private void OnEnd(EndTopic message)
    {
        _ended = true;
        _route.End();
        Announce(new TopicClosed(_route.Topic, message.Reason));
        Context.Stop(Self);
    }

    private void Announce(TopicMessage marker)
    {
        foreach (var subscriber in _members.Each.Concat(_members.Batched))
            subscriber.Tell(marker);
        foreach (var sink in _members.Sinks)
            sink.Accept(marker);
    }

    private void Publish()
    {
        _route.Subscribers = _members.Count;
        _route.Progress.Published = _members is { LiveEpoch: { } epoch, Interruption: null, Doubt: null }
            ? new TopicSnapshot(epoch, Self, _members.Each, [.. _members.Batched], [.. _members.Sinks])
            : null;
    }
}
