namespace Akka.Actor;

/// <summary>What the engine tells an actor about its life; handled before user messages. The messages of one mailbox are linked through themselves.</summary>
internal abstract class SystemMessage
{
    /// <summary>Marks a mailbox that takes no more system messages.</summary>
    public static readonly SystemMessage NoMore = new End();

    public SystemMessage Next { get; set; }

    public static SystemMessage Reverse(SystemMessage newest)
    {
        SystemMessage oldest = null;
        while (newest is not null)
        {
            (newest, newest.Next, oldest) = (newest.Next, oldest, newest);
        }

        return oldest;
    }

    /// <summary>Takes the first message off a chain.</summary>
    public static SystemMessage Detach(ref SystemMessage chain)
    {
        var first = chain;
        chain = first.Next;
        first.Next = null;
        return first;
    }

    public abstract void Run(ActorCell cell);

    private sealed class End : SystemMessage
    {
        public override void Run(ActorCell cell)
        {
        }
    }
}

internal sealed class Create : SystemMessage
{
    public override void Run(ActorCell cell) => cell.Start();
}

internal sealed class Suspend : SystemMessage
{
    public override void Run(ActorCell cell) => cell.SuspendTree();
}

internal sealed class Resume(Exception causedByFailure) : SystemMessage
{
    public override void Run(ActorCell cell) => cell.ResumeTree(causedByFailure);
}

internal sealed class Recreate(Exception cause) : SystemMessage
{
    public override void Run(ActorCell cell) => cell.Recreate(cause);
}

internal sealed class Terminate : SystemMessage
{
    public override void Run(ActorCell cell) => cell.Terminate();
}

internal sealed class Watch(ILocalRef watchee, ILocalRef watcher) : SystemMessage
{
    public ILocalRef Watchee => watchee;

    public ILocalRef Watcher => watcher;

    public override void Run(ActorCell cell) => cell.AddWatcher(watcher);
}

internal sealed class Unwatch(ILocalRef watcher) : SystemMessage
{
    public override void Run(ActorCell cell) => cell.RemoveWatcher(watcher);
}

internal sealed class DeathWatchNotification(ILocalRef subject, bool existenceConfirmed) : SystemMessage
{
    public ILocalRef Subject => subject;

    public bool ExistenceConfirmed => existenceConfirmed;

    public override void Run(ActorCell cell) => cell.SubjectDied(subject, existenceConfirmed);
}

/// <summary>A child tells its supervisor that it failed; it stays suspended until the supervisor has decided.</summary>
internal sealed class Failed(LocalActorRef child, Exception cause) : SystemMessage
{
    public LocalActorRef Child => child;

    public Exception Cause => cause;

    public override void Run(ActorCell cell) => cell.ChildFailed(child, cause);
}

/// <summary>A continuation of an asynchronous handler, to be run in the actor's turn.</summary>
internal sealed class RunContinuation(ActorTaskScheduler scheduler, Task task) : SystemMessage
{
    public override void Run(ActorCell cell) => scheduler.Run(task);
}

/// <summary>An asynchronous handler has ended, and with it the suspension of the mailbox.</summary>
internal sealed class HandlerCompleted(Task handler) : SystemMessage
{
    public override void Run(ActorCell cell) => cell.CompleteHandler(handler);
}
