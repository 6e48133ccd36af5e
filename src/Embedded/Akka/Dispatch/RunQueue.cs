using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>
/// The mailboxes that are to be run, in order, each with the message that found its actor idle. The thread pool is asked for a thread, which asks for
/// another one while more wait: as many run as the pool gives, and where one stands still in an actor, the next one goes on.
/// </summary>
internal sealed class RunQueue : IThreadPoolWorkItem
{
    // So many runs, then other work of the pool has its turn.
    private const int Quantum = 64;

    private RunSegment _head;
    private RunSegment _tail;
    private int _requested;

    public RunQueue() => _head = _tail = new RunSegment();

    /// <summary>The process's, as the thread pool is.</summary>
    public static RunQueue Shared { get; } = new();

    public void Add(Mailbox mailbox, object message, IActorRef sender)
    {
        var segment = Volatile.Read(ref _tail);
        while (!segment.TryAdd(mailbox, message, sender))
        {
            var next = segment.Following();
            Interlocked.CompareExchange(ref _tail, next, segment);
            segment = next;
        }

        Request();
    }

    public void Execute()
    {
        // Before the first look: whoever adds behind it asks for a thread again.
        Interlocked.Exchange(ref _requested, 0);
        for (var left = Quantum; left > 0 && TryTake(out var run); left--)
        {
            if (left is Quantum && HasMore)
                Request();
            run.Mailbox.Run(run.Message, run.Sender);
        }

        if (HasMore)
            Request();
    }

    private bool HasMore => Volatile.Read(ref _head).HasMore;

    private void Request()
    {
        if (Volatile.Read(ref _requested) == 0 && Interlocked.Exchange(ref _requested, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTake(out ScheduledRun run)
    {
        var segment = Volatile.Read(ref _head);
        while (!segment.TryTake(out run))
        {
            if (!segment.IsSpent || segment.Next is not { } next)
                return false;
            Interlocked.CompareExchange(ref _head, next, segment);
            segment = next;
        }

        return true;
    }
}

/// <summary>A mailbox to be run, and the message that found its actor idle; no message where something else is the reason.</summary>
internal struct ScheduledRun
{
    public Mailbox Mailbox;
    public object Message;
    public IActorRef Sender;
}
