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
            if (segment.Following() is { } next)
                Interlocked.CompareExchange(ref _tail, next, segment);
            segment = Volatile.Read(ref _tail);
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

    private bool HasMore
    {
        get
        {
            var segment = Volatile.Read(ref _head);
            while (!segment.HasRuns)
            {
                var next = segment.Next ?? Volatile.Read(ref _head);
                if (next == segment)
                    return false;
                segment = next;
            }

            return true;
        }
    }

    private void Request()
    {
        if (Volatile.Read(ref _requested) == 0 && Interlocked.Exchange(ref _requested, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTake(out ScheduledRun run)
    {
        while (true)
        {
            var segment = Volatile.Read(ref _head);
            if (segment.TryTake(out run))
                return true;
            if (!segment.IsSpent)
                return false;
            if (segment.Next is { } next)
                Advance(segment, next);
            else if (segment == Volatile.Read(ref _head))
                return false;
        }
    }

    private void Advance(RunSegment spent, RunSegment next)
    {
        Interlocked.CompareExchange(ref _tail, next, spent);
        if (Interlocked.CompareExchange(ref _head, next, spent) == spent)
            spent.Leave();
    }
}

/// <summary>A mailbox to be run, and the message that found its actor idle; no message where something else is the reason.</summary>
internal struct ScheduledRun
{
    public Mailbox Mailbox;
    public object Message;
    public IActorRef Sender;
}
