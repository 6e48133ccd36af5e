namespace Akka.Actor;

/// <summary>Whom the actor watches, and who watches it.</summary>
internal sealed partial class ActorCell
{
    // The message that was asked for instead of Terminated, or null.
    private Dictionary<IActorRef, object> _watching;
    private Dictionary<IActorRef, object> _terminatedQueued;
    private HashSet<ILocalRef> _watchers;

    public IActorRef Watch(IActorRef subject) => WatchFor(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return WatchFor(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        var local = Refs.Local(subject);
        if (local is not null && _watching?.Remove(local) == true)
            local.SendSystem(new Unwatch(_self));
        if (local is not null)
            _terminatedQueued?.Remove(local);
        return subject;
    }

    public void AddWatcher(ILocalRef watcher) => (_watchers ??= []).Add(watcher);

    public void RemoveWatcher(ILocalRef watcher) => _watchers?.Remove(watcher);

    public void SubjectDied(ILocalRef subject, bool existenceConfirmed)
    {
        if (_watching?.Remove(subject, out var message) == true && _phase is Phase.Alive or Phase.Recreating)
        {
            (_terminatedQueued ??= []).TryAdd(subject, message);
            Mailbox.Post(new Terminated(subject, existenceConfirmed, addressTerminated: false), subject);
        }

        if (subject is LocalActorRef child)
            RemoveChild(child);
    }

    /// <summary>A stashed Terminated goes back to the mailbox: it is awaited again.</summary>
    public void ExpectTerminated(IActorRef subject) => (_terminatedQueued ??= []).TryAdd(subject, null);

    public void UnwatchAll()
    {
        if (_watching is not { Count: > 0 } watching)
            return;
        _watching = null;
        _terminatedQueued = null;
        foreach (var subject in watching.Keys)
            ((ILocalRef)subject).SendSystem(new Unwatch(_self));
    }

    private IActorRef WatchFor(IActorRef subject, object message)
    {
        if (Refs.Local(subject) is not { } local || local.Equals(_self))
            return subject;
        // The first watch holds, with its message, until it is taken back.
        if ((_watching ??= []).TryAdd(local, message))
            local.SendSystem(new Watch(local, _self));
        return subject;
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_terminatedQueued is null || !_terminatedQueued.Remove(terminated.ActorRef, out var message))
            return;
        if (message is null)
        {
            _actor.AroundReceive(_behavior, terminated);
            return;
        }

        Turn.Current.Message = message;
        if (message is IAutoReceivedMessage)
            AutoReceive(message);
        else
            _actor.AroundReceive(_behavior, message);
    }

    private void TellWatchers()
    {
        if (_watchers is not { } watchers)
            return;
        _watchers = null;
        foreach (var watcher in watchers)
        {
            // The parent has been told already.
            if (!watcher.Equals(ParentRef))
                watcher.SendSystem(new DeathWatchNotification(_self, existenceConfirmed: true));
        }
    }
}
