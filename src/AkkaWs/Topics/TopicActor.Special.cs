using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Routing;
using AkkaWs.Telemetry;

namespace AkkaWs.Topics;

// Subscribers that asked for acknowledgement, gaps or age. Topics without any do none of this.
internal sealed partial class TopicActor
{
    private const int LooksPerAge = 4;

    private LifeClock? _clock; // made with the first that asks for age: most topics never have one
    private ICancelable? _ageTimer;
    private AgeLook? _ageLook;
    private TimeSpan _lookedAt;
    private long _lastSequence;

    // What was found quiet is so until the next update, which comes before anyone looks again.
    private TimeSpan? QuietFor => _members.QuietSince == _route.Progress.Sequence ? _members.QuietFor : null;

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
                Recover(gap.Recovery, ofGap: true);
                break;
            case SnapshotSeen:
                if (_members.Recovery == GapRecovery.Snapshot)
                    _members.Recovery = null;
                break;
            case RecoveryOver:
                _members.Recovery = null;
                break;
            case MarkStale mark:
                (_members.QuietFor, _members.QuietSince) = (_members.Interruption is null ? mark.Age : null, mark.Sequence);
                TellAge();
                break;
            case AgeLook look:
                if (ReferenceEquals(look, _ageLook))
                    OnAgeLook();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Whether the subscriber is here with these very options; one that has ended is replaced.</summary>
    private bool KeepsSpecial(AddSubscriber message) =>
        _members.Special.TryGetValue(message.Subscriber, out var member)
        && member.Actor is { HasEnded: false } actor
        && member.Options == message.Settings?.Options && actor.IsBatched == message.Batched;

    /// <summary>Takes out a subscriber with other options; what waits for it goes out when its next sink is there. Null: there is none.</summary>
    private ActorSink? TakeSpecial(IActorRef subscriber)
    {
        if (_members.RemoveSpecial(subscriber) is not { } member)
            return null;
        TellAge();
        return member.Actor;
    }

    private void OnAddSpecial(AddSubscriber message, SinkSettings settings, ActorSink? before)
    {
        var wasMember = _members.Remove(message.Subscriber);
        if (!wasMember)
            Context.Watch(message.Subscriber);
        var actor = new ActorSink(_route.Topic, message.Subscriber, Self, message.Batched, settings);
        if (settings.Options.Window is not null)
            settings.Backlogs.Add(actor, [_route.Topic]);
        AddSpecial(message.Subscriber, actor, actor, settings, before);
    }

    private void OnAddSpecial(AddSink message, SinkSettings settings)
    {
        if (!_members.Special.ContainsKey(message.Sink))
            AddSpecial(message.Sink, message.Sink, null, settings, before: null);
    }

    private void AddSpecial(object key, IUpdateSink sink, ActorSink? actor, SinkSettings settings, ActorSink? before)
    {
        if (settings.Options.MaxAge is not null)
            LookAtAge(); // what passed before is not the new one's
        var gaps = settings.Options.Gaps is null || _route.Topic.IsEverything || _route.IsPattern ? null : new GapSink(_route.Topic, sink, settings, Self);
        var member = new SpecialMember(gaps ?? sink, settings.Options) { Actor = actor, Gaps = gaps };
        _members.AddSpecial(key, member);
        before?.HandOver(member.Sink);
        foreach (var marker in MarkersFor(settings.Options))
            member.Sink.Accept(marker);
        if (QuietFor is { } quiet && settings.Options.MaxAge is { } maxAge && maxAge <= quiet)
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
    private void Recover(GapRecovery recovery, bool ofGap)
    {
        if (recovery == GapRecovery.None || _members.Recovery is not null || _members.Interruption is not null)
            return;
        (_members.Recovery, _members.IsRecoveryOfGap) = (recovery, ofGap);
        Context.Parent.Tell(new RecoverTopic(_route.Topic, recovery));
    }

    // Those that were told the cause, the gap or the silence, know that the topic is recovered.
    private void InterruptOthers(Interrupted interruption)
    {
        (_members.Interruption, _members.QuietFor) = (interruption, null);
        TellAge();
        var ofGap = _members.IsRecoveryOfGap;
        var informed = _members.Special.Values.Where(member => ofGap ? member.Options.Gaps is not null : member.WasToldStale).Select(member => member.Sink);
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

    // A shorter age brings the next look forward.
    private void ScheduleAgeLook()
    {
        if (_members.Special.Values.Min(member => member.Options.MaxAge) is not { } shortest)
            return;
        var interval = shortest / LooksPerAge;
        if (_ageLook is { } next && next.Interval <= interval)
            return;
        if (_ageLook is null)
            LookAtAge();
        _ageTimer?.Cancel();
        _ageLook = new AgeLook(interval);
        _ageTimer = Context.System.Scheduler.ScheduleTellOnceCancelable(interval, Self, _ageLook, Self);
    }

    private void OnAgeLook()
    {
        LookAtAge();
        TellAge();
        _ageLook = null;
        ScheduleAgeLook();
    }

    private void LookAtAge()
    {
        var (now, sequence) = ((_clock ??= new(Context.System.Scheduler)).Elapsed, _route.Progress.Sequence);
        var (passed, moved) = (now - _lookedAt, sequence != _lastSequence);
        (_lookedAt, _lastSequence) = (now, sequence);
        foreach (var member in _members.Special.Values)
        {
            if (moved || _members.Interruption is not null || _members.LiveEpoch is null)
                (member.Quiet, member.WasToldStale) = (TimeSpan.Zero, false);
            else if (member.Options.MaxAge is { } age && (member.Quiet += passed) >= age)
                TellStale(member, age);
        }
    }

    // What is interrupted is not stale, and how long it was says nothing of the time after.
    private void ForgetAge()
    {
        _members.QuietFor = null;
        foreach (var member in _members.Special.Values)
            (member.Quiet, member.WasToldStale) = (TimeSpan.Zero, false);
        TellAge();
    }

    // The connection counts stale topics, and hears of changes alone. It goes by the default age, whatever ages subscribers have of their own; where there is none, by these.
    private void TellAge()
    {
        if (QuietFor is not { } quiet)
        {
            _members.Staleness = null;
        }
        else if (_members.Staleness is null)
        {
            _members.Staleness = new Stale(_route.Topic, quiet);
            AnnounceStale(_members.Staleness);
        }

        var age = _route.Staleness is not null ? _members.Staleness?.MaxAge
            : _members.Special.Values.Where(member => member.WasToldStale).Min(member => member.Options.MaxAge);
        if (age is null == _members.StaleFor is null)
            return;
        _members.StaleFor = age;
        Context.Parent.Tell(new TopicAge(_route.Topic, age));
    }

    // Who asks for an age of its own is told by that.
    private void AnnounceStale(Stale stale)
    {
        foreach (var subscriber in _members.Each.Concat(_members.Batched))
            subscriber.Tell(stale);
        var own = _members.Special.Values.Where(member => member.Options.MaxAge is not null).Select(member => member.Sink);
        foreach (var sink in _members.Sinks.Except(own))
            sink.Accept(stale);
    }

    // That the topic is stale is told to who joins it as long as no update has ended it.
    private IEnumerable<TopicMessage> MarkersFor(SubscribeOptions options) =>
        _members.Staleness is { } stale && options.MaxAge is null && QuietFor is not null
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
            Recover(GapRecovery.Resubscribe, ofGap: false);
    }
}
