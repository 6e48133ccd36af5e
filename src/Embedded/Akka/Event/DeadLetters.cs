using Akka.Actor;

namespace Akka.Event;

public interface IDeadLetterSuppression;

/// <summary>What was not handled, of whichever reason.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public IActorRef Recipient { get; }

    public override string ToString() => $"DeadLetter from {Sender} to {Recipient}: <{Message}>";
}

public sealed class DeadLetter : AllDeadLetters
{
    public DeadLetter(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender ?? throw new ArgumentNullException(nameof(sender)), recipient ?? throw new ArgumentNullException(nameof(recipient)))
    {
    }
}

public sealed class SuppressedDeadLetter : AllDeadLetters
{
    public SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
        : base(message, sender ?? throw new ArgumentNullException(nameof(sender)), recipient ?? throw new ArgumentNullException(nameof(recipient)))
    {
    }
}

public sealed class UnhandledMessage : AllDeadLetters
{
    public UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
    }
}

public sealed class Dropped : AllDeadLetters
{
    public Dropped(object message, string reason, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient) => Reason = reason;

    public Dropped(object message, string reason, IActorRef recipient)
        : this(message, reason, ActorRefs.NoSender, recipient)
    {
    }

    public string Reason { get; }
}

/// <summary>Logs unhandled messages, when <c>akka.actor.debug.unhandled</c> is on.</summary>
internal sealed class UnhandledMessageLogger : ReceiveActor
{
    public UnhandledMessageLogger()
    {
        var stream = Context.System.EventStream;
        stream.Subscribe(Self, typeof(UnhandledMessage));
        Receive<UnhandledMessage>(unhandled => stream.Publish(new Debug(
            unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), $"Unhandled message from {unhandled.Sender} : {unhandled.Message}")));
    }
}

/// <summary>Logs the first dead letters, as many as <c>akka.log-dead-letters</c> says.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _stream = Context.System.EventStream;
    private readonly int _limit = Context.System.Settings.LogDeadLetters;
    private int _count;

    protected override void PreStart()
    {
        _stream.Subscribe(Self, typeof(DeadLetter));
        _stream.Subscribe(Self, typeof(Dropped));
    }

    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override void PostStop() => _stream.Unsubscribe(Self);

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter)
            return false;
        _count++;
        var last = _limit != int.MaxValue && _count >= _limit;
        var text = $"Message [{letter.Message.GetType().Name}] from {letter.Sender} to {letter.Recipient} was not delivered. [{_count}] dead letters encountered"
            + (last ? ", no more dead letters will be logged." : ".");
        _stream.Publish(new Info(letter.Recipient?.Path.ToString(), letter.Recipient?.GetType() ?? typeof(DeadLetterListener), text));
        if (last)
            Context.Stop(Self);
        return true;
    }
}
