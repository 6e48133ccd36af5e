using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The life of one actor: its instance, behaviour, children, watches and failures. Touched only by the thread that runs the actor.</summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    private readonly LocalActorRef _self;
    private ActorBase _actor;
    private Receive _behavior;
    // The behaviours below the current one.
    private Stack<Receive> _behaviors;
    private Phase _phase;

    // While an asynchronous handler runs or a failure is decided.
    private Envelope _kept;

    public ActorCell(ActorSystemImpl system, LocalActorRef self, ILocalRef parent, Props props)
    {
        SystemImpl = system;
        _self = self;
        ParentRef = parent;
        Props = props;
        Inbox = self.Read();
    }

    private enum Phase : byte
    {
        Alive,
        Recreating,
        Terminating,
        Ended,
    }

    /// <summary>The cell whose actor this thread is running, or null.</summary>
    public static ActorCell Current
    {
        get => Turn.Current.Cell;
        set => Turn.Current.Cell = value;
    }

    public ActorSystemImpl SystemImpl { get; }

    public ILocalRef ParentRef { get; }

    public Mailbox Mailbox => _self;

    public int Throughput => SystemImpl.Throughput;

    public Props Props { get; private set; }

    public ActorSystem System => SystemImpl;

    public MessageDispatcher Dispatcher => SystemImpl.Dispatcher;

    public IActorRef Self => _self;

    public IActorRef Parent => ParentRef;

    public IActorRef Sender => (IsCurrent(out var turn) ? turn.Sender : _kept.Sender) ?? SystemImpl.DeadLetters;

    public object CurrentMessage => IsCurrent(out var turn) ? turn.Message : _kept.Message;

    public ActorBase Actor => _actor;

    // A field: its methods change it in place.
    internal MessageReader Inbox;

    public void Invoke(object message)
    {
        try
        {
            if (message is IAutoReceivedMessage)
                AutoReceive(message);
            else
                _actor.AroundReceive(_behavior, message);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }

        if (_receiveTimeout is not null)
            ReceiveTimeoutAfter(message);
    }

    public void InvokeSystem(SystemMessage message)
    {
        try
        {
            message.Run(this);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    public void Bury(Envelope envelope) => SystemImpl.DeadLetterRef.Bury(envelope.Message, envelope.Sender, _self);

    /// <summary>Keeps the message of a turn that ends before it has been handled to its end.</summary>
    public void Keep(Turn turn) => _kept = new Envelope(turn.Message, turn.Sender);

    /// <summary>The next turn is at that message again.</summary>
    public void Restore(Turn turn)
    {
        (turn.Message, turn.Sender) = (_kept.Message, _kept.Sender);
        _kept = default;
    }

    /// <summary>A system message came after the actor's end: only a watcher waits for an answer.</summary>
    public void SystemMessageAfterEnd(SystemMessage message)
    {
        if (message is Watch watch)
            watch.Watcher.SendSystem(new DeathWatchNotification(_self, existenceConfirmed: false));
    }

    public void Become(Receive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        _behavior = receive;
    }

    public void BecomeStacked(Receive receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        (_behaviors ??= new Stack<Receive>()).Push(_behavior);
        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        if (_behaviors?.TryPop(out var below) == true)
            _behavior = below;
    }

    public void Become(UntypedReceive receive) => Become(Handled(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Handled(receive));

    public ActorSelection ActorSelection(ActorPath actorPath) => SystemImpl.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => Akka.Actor.ActorSelection.From(actorPath, SystemImpl, _self);

    private bool IsCurrent(out Turn turn)
    {
        turn = Turn.Current;
        return turn.Cell == this;
    }

    private static Receive Handled(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void AutoReceive(object message)
    {
        if (SystemImpl.Settings.DebugAutoReceive)
            Publish(new Debug(_self.Path.ToString(), Props.Type, $"received AutoReceiveMessage {message}"));
        switch (message)
        {
            case TimerMessage timer:
                ReceiveTimer(timer);
                break;
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case PoisonPill:
                _self.SendSystem(new Terminate());
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
            default:
                _actor.AroundReceive(_behavior, message);
                break;
        }
    }

    private void ReceiveTimer(TimerMessage timer)
    {
        if (!timer.Accept(_actor))
            return;
        Turn.Current.Message = timer.Message;
        if (timer.Message is IAutoReceivedMessage)
            AutoReceive(timer.Message);
        else
            _actor.AroundReceive(_behavior, timer.Message);
    }
}
