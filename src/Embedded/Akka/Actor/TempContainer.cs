namespace Akka.Actor;

/// <summary>The parent of the temporary references, which it names but does not know: no selection finds them.</summary>
internal sealed class TempContainer(ActorSystemImpl system, ActorPath path) : LocalRefBase(system)
{
    private long _number;

    public override ActorPath Path => path;

    public override IInternalActorRef Parent => System.Root;

    public ActorPath NewPath() => new ChildActorPath(path, ActorPathText.Generated(Interlocked.Increment(ref _number))[1..], 0);

    protected override void TellInternal(object message, IActorRef sender) => System.DeadLetterRef.Bury(message, sender, this);
}
