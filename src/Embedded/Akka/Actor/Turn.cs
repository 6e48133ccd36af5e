namespace Akka.Actor;

/// <summary>
/// What a thread is at that runs actors: whose turn it is, and the message. It belongs to the thread and not to the actor, so that handling a message
/// changes nothing of the actor but its state.
/// </summary>
internal sealed class Turn
{
    [ThreadStatic]
    private static Turn _current;

    private object _message;

    /// <summary>This thread's.</summary>
    public static Turn Current => _current ??= new Turn();

    /// <summary>The cell whose actor this thread is running, or null.</summary>
    public ActorCell Cell { get; set; }

    /// <summary>The message that is being handled; kept while its asynchronous handler runs and until a failure is decided. Null before it is begun.</summary>
    public object Message
    {
        get => Waits ? null : _message;
        set
        {
            if (!Waits)
                _message = value;
        }
    }

    /// <summary>The sender of the message that is being handled or was handled last; null for none.</summary>
    public IActorRef Sender { get; set; }

    /// <summary>Whether the message that began the turn waits still: system messages come first.</summary>
    public bool Waits { get; private set; }

    public void Begin(ActorCell cell, object message, IActorRef sender)
    {
        (Cell, _message, Sender) = (cell, message, sender);
        Waits = message is not null;
    }

    /// <summary>The next message is at hand, if one waits.</summary>
    public bool TryBegin()
    {
        if (!Waits)
            return false;
        Waits = false;
        return true;
    }

    /// <summary>Takes the message that waits out of the turn.</summary>
    public Envelope Withdraw()
    {
        var envelope = new Envelope(_message, Sender);
        (_message, Waits) = (null, false);
        return envelope;
    }

    public void End(ActorCell outer) => (Cell, _message, Sender, Waits) = (outer, null, null, false);
}
