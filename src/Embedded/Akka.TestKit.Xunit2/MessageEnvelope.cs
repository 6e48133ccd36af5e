using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message with its sender.</summary>
public abstract class MessageEnvelope
{
    public abstract object Message { get; }

    public abstract IActorRef Sender { get; }
}

public class RealMessageEnvelope : MessageEnvelope
{
    public RealMessageEnvelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public override object Message { get; }

    public override IActorRef Sender { get; }

    public override string ToString() => $"<{Message ?? "null"}> from {(Equals(Sender, ActorRefs.NoSender) ? "NoSender" : Sender)}";
}

/// <summary>Stands for "nothing has been received".</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object Message => throw Nothing();

    public override IActorRef Sender => throw Nothing();

    public override string ToString() => "<null message>";

    private static IllegalActorStateException Nothing() => new("last receive did not dequeue a message");
}
