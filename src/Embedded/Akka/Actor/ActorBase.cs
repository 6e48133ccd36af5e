using Akka.Event;

namespace Akka.Actor;

public delegate bool Receive(object message);

public delegate void UntypedReceive(object message);

public abstract class ActorBase
{
    private IActorRef _clearedSelf;

    protected ActorBase()
    {
        var cell = ActorCell.Current ?? throw new ActorInitializationException(
            $"You cannot create an instance of {GetType().FullName} explicitly using the constructor (new). You have to use one of the factory methods to create a new actor. "
            + "See the Props documentation.");
        // Before the constructor of the derived type runs: that may become something else.
        cell.Become(InitialBehavior);
        if (this is IWithTimers timed)
            timed.Timers = new TimerScheduler(cell);
    }

    protected static IActorContext Context => CurrentCell;

    protected static Receive EmptyReceive { get; } = _ => false;

    protected IActorRef Self => _clearedSelf ?? CurrentCell.Self;

    protected IActorRef Sender => CurrentCell.Sender;

    internal static ActorCell CurrentCell => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    internal virtual Receive InitialBehavior => Receive;

    public virtual void AroundPreStart() => PreStart();

    public virtual void AroundPostStop() => PostStop();

    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    internal SupervisorStrategy Strategy() => SupervisorStrategy();

    internal virtual void EnterCell(ActorCell cell)
    {
        if (this is IActorStash stashing && stashing.Stash is null)
            stashing.Stash = new StashImpl(cell);
    }

    /// <summary>The instance goes: what it stashed returns to the mailbox, its timers die.</summary>
    internal void LeaveCell()
    {
        if (this is IActorStash { Stash: { } stash })
            stash.UnstashAll();
        if (this is IWithTimers { Timers: { } timers })
            timers.CancelAll();
        Clear();
    }

    internal void Clear() => _clearedSelf = ActorCell.Current?.Self;

    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        var handled = receive(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    protected abstract bool Receive(object message);

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        var cell = CurrentCell;
        cell.SystemImpl.EventStream.Publish(new UnhandledMessage(message, cell.Sender, cell.Self));
    }

    protected void Become(Receive receive) => CurrentCell.Become(receive);

    protected void BecomeStacked(Receive receive) => CurrentCell.BecomeStacked(receive);

    protected void UnbecomeStacked() => CurrentCell.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => CurrentCell.SetReceiveTimeout(timeout);

    protected virtual SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.DefaultStrategy;

    protected virtual void PreStart()
    {
    }

    protected virtual void PostStop()
    {
    }

    protected virtual void PreRestart(Exception reason, object message)
    {
        var context = CurrentCell;
        foreach (var child in context.GetChildren())
        {
            context.Unwatch(child);
            context.Stop(child);
        }

        PostStop();
    }

    protected virtual void PostRestart(Exception reason) => PreStart();
}
