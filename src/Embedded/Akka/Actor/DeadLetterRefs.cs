using Akka.Event;

namespace Akka.Actor;

/// <summary>Where nobody is: a watcher hears at once that the subject is dead, Identify is answered with nobody, the rest becomes a dead letter.</summary>
internal class EmptyLocalRef(ActorSystemImpl system, ActorPath path) : LocalRefBase(system)
{
    public override ActorPath Path => path;

    public override IInternalActorRef Parent => System.DeadLetterRef;

    public override void SendSystem(SystemMessage message)
    {
        if (message is Watch watch && !Equals(watch.Watcher))
            watch.Watcher.SendSystem(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
    }

    protected override void TellInternal(object message, IActorRef sender) => System.DeadLetterRef.Bury(message, sender, this);
}

internal sealed class IgnoreRef(ActorSystemImpl system, ActorPath path) : LocalRefBase(system)
{
    public override ActorPath Path => path;

    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}

internal sealed class DeadLetterRef(ActorSystemImpl system, ActorPath path) : LocalRefBase(system)
{
    public override ActorPath Path => path;

    public override void SendSystem(SystemMessage message)
    {
        if (message is Watch watch)
            watch.Watcher.SendSystem(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
    }

    /// <summary>Publishes a message that <paramref name="recipient"/> will never handle.</summary>
    public void Bury(object message, IActorRef sender, IActorRef recipient)
    {
        if (message is null)
            throw new InvalidMessageException("Message is null");
        switch (message)
        {
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
                break;
            case AllDeadLetters letter when ReferenceEquals(recipient, this):
                System.EventStream.Publish(letter);
                break;
            case AllDeadLetters:
                // It was published, and a subscriber has ended meanwhile: publishing it again would find the same one.
                break;
            case IDeadLetterSuppression suppressed:
                System.EventStream.Publish(new SuppressedDeadLetter(suppressed, sender ?? this, recipient));
                break;
            default:
                System.EventStream.Publish(new DeadLetter(message, sender ?? this, recipient));
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef sender) => Bury(message, sender, this);
}
