namespace Akka.Actor;

/// <summary>The reference of an actor of this process, which holds its mailbox; it outlives the actor and its restarts.</summary>
internal sealed class LocalActorRef : Mailbox, ILocalRef
{
    private readonly ActorPath _path;

    public LocalActorRef(ActorSystemImpl system, ILocalRef parent, Props props, ActorPath path)
    {
        _path = path;
        Cell = new ActorCell(system, this, parent, props);
    }

    public override ActorPath Path => _path;

    public ActorSystemImpl System => Cell.SystemImpl;

    public IInternalActorRef Parent => Cell.ParentRef;

    public IEnumerable<ILocalRef> Children => Cell.ChildRefs;

    public ILocalRef Child(string name) => Cell.ChildNamed(name);

    public void SendSystem(SystemMessage message) => PostSystem(message);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
            throw new ArgumentNullException(nameof(message), "The message cannot be null.");
        Post(message, sender);
    }
}
