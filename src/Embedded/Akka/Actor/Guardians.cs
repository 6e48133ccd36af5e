namespace Akka.Actor;

/// <summary>The parent of the top-level actors.</summary>
internal sealed class GuardianActor : UntypedActor
{
    protected override void OnReceive(object message) => Unhandled(message);
}

/// <summary>The root of the tree: when the user guardian has ended, the system guardian follows, then the system.</summary>
internal sealed class RootGuardian(ActorSystemImpl system, ActorPath path, Terminator terminator) : LocalRefBase(system)
{
    public override ActorPath Path => path;

    public override IEnumerable<ILocalRef> Children => [System.UserRef, System.SystemRef];

    public override ILocalRef Child(string name) => name switch
    {
        "user" => System.UserRef,
        "system" => System.SystemRef,
        "temp" => System.TempContainer,
        "deadLetters" => System.DeadLetterRef,
        _ => null,
    };

    public override void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case DeathWatchNotification ended when ended.Subject == System.UserRef:
                System.Stop(System.SystemRef);
                break;
            case DeathWatchNotification ended when ended.Subject == System.SystemRef:
                terminator.Complete();
                break;
            case Failed failed:
                // A guardian's failure is nobody else's to handle: the whole system ends.
                System.EventStream.Publish(new Event.Error(failed.Cause, Path.ToString(), typeof(RootGuardian), $"{failed.Child} failed, the system terminates: {failed.Cause.Message}"));
                System.Stop(failed.Child);
                System.Stop(System.UserRef);
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender) => System.DeadLetterRef.Bury(message, sender, this);
}

/// <summary>The end of a system: runs what was registered for it, the latest first.</summary>
internal sealed class Terminator(ActorSystemImpl system)
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Stack<Action> _callbacks = new();

    public Task Completed => _completed.Task;

    public void Register(Action callback)
    {
        lock (_gate)
        {
            if (_callbacks is null)
                throw new InvalidOperationException("ActorSystem already terminated.");
            _callbacks.Push(callback);
        }
    }

    public void Complete()
    {
        Stack<Action> callbacks;
        lock (_gate)
        {
            callbacks = _callbacks;
            _callbacks = null;
        }

        foreach (var callback in callbacks ?? [])
        {
            try
            {
                callback();
            }
            catch (Exception e)
            {
                system.EventStream.Publish(new Event.Error(e, system.ToString(), typeof(ActorSystem), "A termination callback failed"));
            }
        }

        (system.Scheduler as IDisposable)?.Dispose();
        _completed.TrySetResult();
    }
}

internal sealed class LocalProvider(ActorSystemImpl system) : IActorRefProvider
{
    public IActorRef DeadLetters => system.DeadLetters;

    public Address DefaultAddress => RootPath.Address;

    public IInternalActorRef RootGuardian => system.Root;

    public ActorPath RootPath => system.Root.Path;

    public Settings Settings => system.Settings;

    public IInternalActorRef TempContainer => system.TempContainer;

    public IActorRef ResolveActorRef(string path) => ActorPath.TryParse(path, out var parsed) ? ResolveActorRef(parsed) : DeadLetters;

    public IActorRef ResolveActorRef(ActorPath actorPath)
    {
        ILocalRef at = actorPath.Address == DefaultAddress ? system.Root : null;
        foreach (var element in actorPath.Elements)
            at = at?.Child(element);
        return at is not null && (actorPath.Uid == 0 || actorPath.Uid == at.Path.Uid) ? at : new EmptyLocalRef(system, actorPath);
    }
}
