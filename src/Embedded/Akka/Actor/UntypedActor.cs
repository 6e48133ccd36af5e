namespace Akka.Actor;

public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => CurrentCell;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => CurrentCell.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => CurrentCell.BecomeStacked(receive);

    protected void RunTask(Action action) => CurrentCell.RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    protected void RunTask(Func<Task> action) => CurrentCell.RunTask(action);
}

public abstract class UntypedActorWithStash : UntypedActor, IWithStash
{
    public IStash Stash { get; set; }
}

public abstract class UntypedActorWithUnboundedStash : UntypedActor, IWithUnboundedStash
{
    public IStash Stash { get; set; }
}
