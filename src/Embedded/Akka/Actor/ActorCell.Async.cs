using System.Runtime.ExceptionServices;

namespace Akka.Actor;

/// <summary>Asynchronous handlers: the mailbox is suspended until the handler's task has ended; its continuations run in the actor's turns.</summary>
internal sealed partial class ActorCell
{
    private ActorTaskScheduler _taskScheduler;
    private Task _pendingHandler;

    public void RunTask(Func<Task> handler)
    {
        _taskScheduler ??= new ActorTaskScheduler(Mailbox);
        var start = new Task<Task>(handler);
        start.RunSynchronously(_taskScheduler);
        var running = start.Unwrap();
        if (running.IsCompletedSuccessfully)
            return;
        if (running.IsCompleted)
            ExceptionDispatchInfo.Throw(CauseOf(running));
        _pendingHandler = running;
        _self.Suspensions++;
        running.ContinueWith(
            static (ended, mailbox) => ((Mailbox)mailbox).PostSystem(new HandlerCompleted(ended)),
            Mailbox,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public void CompleteHandler(Task handler)
    {
        if (_pendingHandler != handler)
            return;
        _pendingHandler = null;
        _self.Suspensions--;
        if (!handler.IsCompletedSuccessfully)
            Fail(CauseOf(handler));
        else if (_self.Suspensions == 0)
            Turn.Current.Message = null;
    }

    private static Exception CauseOf(Task task) => task.IsCanceled ? new TaskCanceledException(task) : task.Exception.InnerException;

    /// <summary>A new instance does not wait for the handler of the one before.</summary>
    private void AbandonHandler()
    {
        if (_pendingHandler is null)
            return;
        _pendingHandler = null;
        _self.Suspensions--;
    }
}

/// <summary>Brings the continuations of an actor's asynchronous handler back into the actor's turns.</summary>
internal sealed class ActorTaskScheduler(Mailbox mailbox) : TaskScheduler
{
    public void Run(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => mailbox.PostSystem(new RunContinuation(this, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ActorCell.Current?.Mailbox == mailbox && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
