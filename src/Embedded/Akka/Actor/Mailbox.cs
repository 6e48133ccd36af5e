namespace Akka.Actor;

/// <summary>
/// Any thread posts, one thread at a time runs the actor. User messages wait in a list of segments of slots; system messages wait in a stack and
/// overtake them. What producers read here is written rarely: the reader's position changes with each message and lives in the cell.
/// </summary>
internal sealed class Mailbox : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Suspended = 2;
    private const int Closed = 3;

    // Shared by all mailboxes: taken only to bury what was posted while an actor ended.
    private static readonly Lock BurialGate = new();

    private readonly int _throughput;
    private readonly ActorCell _cell;
    private MessageSegment _tail;
    private SystemMessage _system;
    private int _status;

    public Mailbox(ActorCell cell, int throughput)
    {
        _cell = cell;
        _throughput = throughput;
        _tail = new MessageSegment(MessageSegment.Smallest);
        cell.Inbox = new MessageReader(_tail);
    }

    public bool IsClosed => Volatile.Read(ref _status) == Closed;

    private bool HasSystemMessages => Volatile.Read(ref _system) is { } system && system != SystemMessage.NoMore;

    public void Post(object message, IActorRef sender)
    {
        if (_status == Closed)
        {
            _cell.Bury(message, sender);
            return;
        }

        var segment = _tail;
        while (!segment.TryAdd(message, sender))
        {
            if (segment.Following() is not { } next)
                next = Volatile.Read(ref _tail);
            else
                Interlocked.CompareExchange(ref _tail, next, segment);
            segment = next;
        }

        var status = Volatile.Read(ref _status);
        if (status == Idle)
            Wake();
        else if (status == Closed)
            BuryWaiting();
    }

    /// <summary>Queues a system message; it is handled before any user message that waits.</summary>
    public void PostSystem(SystemMessage message)
    {
        var head = Volatile.Read(ref _system);
        while (head != SystemMessage.NoMore)
        {
            message.Next = head;
            var seen = Interlocked.CompareExchange(ref _system, message, head);
            if (seen == head)
            {
                Wake();
                return;
            }

            head = seen;
        }

        message.Next = null;
        _cell.SystemMessageAfterEnd(message);
    }

    public void Execute()
    {
        var cell = _cell;
        var previous = ActorCell.Current;
        ActorCell.Current = cell;
        if (_system is not null)
            RunSystemMessages(cell);
        var left = _throughput;
        while (left-- > 0 && cell.MayRun && cell.Inbox.TryTake(ref _tail, out var message, out var sender))
        {
            cell.Invoke(message, sender);
            if (_system is not null)
                RunSystemMessages(cell);
        }

        ActorCell.Current = previous;
        if (_status != Closed)
            Rest(cell);
    }

    /// <summary>Ends the mailbox: what waits and what still comes goes to the dead letters.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _status, Closed);
        BuryWaiting();
        var next = SystemMessage.Reverse(Interlocked.Exchange(ref _system, SystemMessage.NoMore));
        while (next is not null)
            _cell.SystemMessageAfterEnd(SystemMessage.Detach(ref next));
    }

    private void RunSystemMessages(ActorCell cell)
    {
        while (HasSystemMessages)
        {
            var next = SystemMessage.Reverse(Interlocked.Exchange(ref _system, null));
            while (next is not null)
            {
                var message = SystemMessage.Detach(ref next);
                if (_status == Closed)
                    cell.SystemMessageAfterEnd(message);
                else
                    cell.InvokeSystem(message);
            }
        }
    }

    private void Wake()
    {
        var status = Volatile.Read(ref _status);
        while (status is Idle or Suspended)
        {
            var seen = Interlocked.CompareExchange(ref _status, Scheduled, status);
            if (seen == status)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            status = seen;
        }
    }

    private void Rest(ActorCell cell)
    {
        var mayRun = cell.MayRun;
        if (mayRun && cell.Inbox.HasMessages)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        // Whoever posts after this line sees the resting state and wakes the actor; what was posted before it is seen here.
        var inbox = cell.Inbox;
        Interlocked.Exchange(ref _status, mayRun ? Idle : Suspended);
        if (HasSystemMessages || (mayRun && inbox.HasMessages))
            Wake();
    }

    private void BuryWaiting()
    {
        var filling = new SpinWait();
        lock (BurialGate)
        {
            while (_cell.Inbox.HasMessages)
            {
                if (_cell.Inbox.TryTake(ref _tail, out var message, out var sender))
                    _cell.Bury(message, sender);
                else
                    filling.SpinOnce(sleep1Threshold: -1); // its producer is between the claim and the message
            }
        }
    }
}
