using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Routing;

namespace AkkaWs.Topics;

// Subscribers that asked for acknowledgement, gaps or age. Topics without any do none of this.
internal sealed partial class TopicActor
{
    private const int LooksPerAge = 4;

    private ICancelable? _ageLook;
    private long _lastSequence;

    private void OnSpecial(object message)
    {
        switch (message)
        {
            case Ack ack:
                if (_members.Special.TryGetValue(Sender, out var member))
                    member.Actor?.Acknowledge(ack.Messages);
                break;
            case SubscriberGone gone:
                if (_members.Special.TryGetValue(gone.Subscriber, out var left) && left.Actor == gone.Sink)
                {
                    Context.Parent.Tell(new SubscriptionEnded(_route.Topic, gone.Reason));
                    Remove(gone.Subscriber);
                }

                break;
            case GapFound gap:
                Recover(gap.Recovery);
                break;
            case SnapshotSeen:
                if (_members.Recovery == GapRecovery.Snapshot)
                    _members.Recovery = null;
                break;
            case RecoveryOver:
                _members.Recovery = null;
                break;
            case MarkStale mark:
                _members.QuietFor = _members.Interruption is null ? mark.Age : null;
                TellAge();
                break;
            case AgeLook look:
                OnAgeLook(look.Interval);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Whether the subscriber is here with these very options. With others, what waited for it goes out before; one that has ended is replaced.</summary>
    private bool KeepsSpecial(AddSubscriber message)
    {
        if (!_members.Special.TryGetValue(message.Subscriber, out var member))
            return false;
        if (member.Actor is { HasEnded: false } actor)
        {
            if (member.Options == message.Settings?.Options && actor.IsBatched == message.Batched)
                return true;
            actor.Flush();
        }

        DropSpecial(message.Subscriber);
        return false;
    }

    private void OnAddSpecial(AddSubscriber message, SinkSettings settings)
    {
        var wasMember = _members.Remove(message.Subscriber);
        if (!wasMember)
            Context.Watch(message.Subscriber);
        var actor = new ActorSink(_route.Topic, message.Subscriber, Self, message.Batched, settings);
        if (settings.Options.Window is not null)
            settings.Backlogs.Add(actor, [_route.Topic]);
        AddSpecial(message.Subscriber, actor, actor, settings);
    }

    private void OnAddSpecial(AddSink message, SinkSettings settings)
    {
        if (!_members.Special.ContainsKey(message.Sink))
            AddSpecial(message.Sink, message.Sink, null, settings);
    }

    private void AddSpecial(object key, IUpdateSink sink, ActorSink? actor, SinkSettings settings)
    {
        var gaps = settings.Options.Gaps is null || _route.Topic.IsEverything || _route.IsPattern ? null : new GapSink(_route.Topic, sink, settings, Self);
        var member = new SpecialMember(gaps ?? sink, settings.Options) { Actor = actor, Gaps = gaps };
        _members.AddSpecial(key, member);
        foreach (var marker in MarkersFor(settings.Options))
            member.Sink.Accept(marker);
        if (_members.QuietFor is { } quiet && settings.Options.MaxAge is { } maxAge && maxAge <= quiet)
            TellStale(member, maxAge);
        TellAge();
        ScheduleAgeLook();
        Publish();
    }

    private bool DropSpecial(object key)
    {
        if (_members.RemoveSpecial(key) is not { } member)
            return false;
        member.Actor?.Close();
        TellAge();
        return true;
    }

    /// <summary>One at a time, however many gaps are found meanwhile.</summary>
    private void Recover(GapRecovery recovery)
    {
        if (recovery == GapRecovery.None || _members.Recovery is not null || _members.Interruption is not null)
            return;
        _members.Recovery = recovery;
        Context.Parent.Tell(new RecoverTopic(_route.Topic, recovery));
    }

    // Those that asked for gaps or age know from these that the topic is recovered.
    private void InterruptOthers(Interrupted interruption)
    {
        (_members.Interruption, _members.QuietFor) = (interruption, null);
        TellAge();
        var informed = _members.Special.Values.Where(member => member.Options is { Gaps: not null } or { MaxAge: not null }).Select(member => member.Sink);
        foreach (var subscriber in _members.Each.Concat(_members.Batched))
            subscriber.Tell(interruption);
        foreach (var sink in _members.Sinks.Except(informed))
            sink.Accept(interruption);
    }

    private void TellSpecial(TopicMessage marker)
    {
        foreach (var member in _members.Special.Values)
            member.Sink.Accept(marker);
    }

    private void ScheduleAgeLook()
    {
        if (_ageLook is { IsCancellationRequested: false } || !_members.Special.Values.Any(member => member.Options.MaxAge is not null))
            return;
        var interval = _members.Special.Values.Min(member => member.Options.MaxAge ?? TimeSpan.MaxValue) / LooksPerAge;
        _ageLook = Context.System.Scheduler.ScheduleTellOnceCancelable(interval, Self, new AgeLook(interval), Self);
    }

    private void OnAgeLook(TimeSpan interval)
    {
        var moved = _route.Progress.Sequence != _lastSequence;
        _lastSequence = _route.Progress.Sequence;
        foreach (var member in _members.Special.Values)
        {
            if (moved || _members.Interruption is not null || _members.LiveEpoch is null)
                (member.Quiet, member.WasToldStale) = (TimeSpan.Zero, false);
            else if (member.Options.MaxAge is { } age && (member.Quiet += interval) >= age)
                TellStale(member, age);
        }

        TellAge();
        _ageLook = null;
        ScheduleAgeLook();
    }

    // What is interrupted is not stale, and how long it was says nothing of the time after.
    private void ForgetAge()
    {
        _members.QuietFor = null;
        foreach (var member in _members.Special.Values)
            (member.Quiet, member.WasToldStale) = (TimeSpan.Zero, false);
        TellAge();
    }

    // The default age holds where no subscriber has asked for one. The connection counts stale topics, and hears of changes alone.
    private void TellAge()
    {
        var own = _members.Special.Values.Where(member => member.Options.MaxAge is not null).ToList();
        var byDefault = own.Count == 0 ? _members.QuietFor : null;
        if (byDefault is { } quiet && _members.Staleness is null)
        {
            (_members.Staleness, _members.SequenceWhenStale) = (new Stale(_route.Topic, quiet), _route.Progress.Sequence);
            Announce(_members.Staleness);
        }

        if (_members.QuietFor is null)
            _members.Staleness = null;
        var age = byDefault ?? own.Find(member => member.WasToldStale)?.Options.MaxAge;
        if (age is null == _members.StaleFor is null)
            return;
        _members.StaleFor = age;
        Context.Parent.Tell(new TopicAge(_route.Topic, age));
    }

    // That the topic is stale is told to who joins it as long as no update has ended it; who asks for an age of its own is told by that.
    private IEnumerable<TopicMessage> MarkersFor(SubscribeOptions options) =>
        _members.Staleness is { } stale && options.MaxAge is null && _members.SequenceWhenStale == _route.Progress.Sequence
            ? _members.Markers.Append(stale)
            : _members.Markers;

    private void TellStale(SpecialMember member, TimeSpan age)
    {
        member.Quiet = TimeSpan.Zero;
        if (!member.WasToldStale)
        {
            member.WasToldStale = true;
            member.Sink.Accept(new Stale(_route.Topic, age));
        }

        if (member.Options.ResubscribeWhenStale)
            Recover(GapRecovery.Resubscribe);
    }
}
