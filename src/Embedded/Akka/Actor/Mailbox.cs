namespace Akka.Actor;

/// <summary>
/// Any thread posts, one thread at a time runs the actor. A message that finds the actor idle is handed to the run that it starts; those that find it
/// at work wait in a list of segments of slots. System messages wait in a stack and overtake them. What producers read here is written rarely: the
/// reader's position changes with each message and lives in the cell.
/// </summary>
/// <remarks>
/// Whoever moves the status away from idle owns the mailbox until it has scheduled the run. Idle means that nothing waits that anybody has finished to
/// post: who queues a message sets <see cref="Queued"/> behind it, and with that flag up no run comes to rest.
/// </remarks>
internal sealed class Mailbox : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Queued = 2;
    private const int Suspended = 4;
    private const int Closed = 8;

    // Shared by all mailboxes: taken only to bury what was posted while an actor ended.
    private static readonly Lock BurialGate = new();

    private readonly int _throughput;
    private readonly ActorCell _cell;
    private MessageSegment _tail;
    private SystemMessage _system;
    private int _status;

    // The message that found the actor idle.
    private object _first;
    private IActorRef _firstSender;

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
        if (_status != Idle || Interlocked.CompareExchange(ref _status, Scheduled, Idle) != Idle)
        {
            Queue(message, sender);
            return;
        }

        _firstSender = sender;
        _first = message;
        Schedule();
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
        while (left-- > 0 && cell.MayRun && TryTake(cell, out var message, out var sender))
        {
            cell.Invoke(message, sender);
            if (_system is not null)
                RunSystemMessages(cell);
        }

        ActorCell.Current = previous;
        if (_status != Closed)
            Rest(cell);
    }

    /// <summary>Puts messages before all that wait, in their order. For the thread that runs the actor.</summary>
    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        _cell.Inbox.Prepend(envelopes);
        if (_status != Closed)
            Interlocked.Or(ref _status, Queued);
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

    private void Queue(object message, IActorRef sender)
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
        while ((status & Queued) == 0)
        {
            if (status == Closed)
            {
                BuryWaiting();
                return;
            }

            var seen = Interlocked.CompareExchange(ref _status, status == Idle ? Scheduled | Queued : status | Queued, status);
            if (seen == status)
            {
                if (status == Idle)
                    Schedule();
                return;
            }

            status = seen;
        }
    }

    // What was put back before all that waits goes first, then the message that found the actor idle. The queue is not touched without its flag.
    private bool TryTake(ActorCell cell, out object message, out IActorRef sender)
    {
        (message, sender) = (_first, _firstSender);
        if ((_status & (Queued | Closed)) != 0 && (message is null || cell.Inbox.HasFront))
            return cell.Inbox.TryTake(ref _tail, out message, out sender);
        (_first, _firstSender) = (null, null);
        return message is not null;
    }

    // For a system message, which a suspended actor handles as well.
    private void Wake()
    {
        var status = Volatile.Read(ref _status);
        while ((status & (Scheduled | Closed)) == 0)
        {
            var seen = Interlocked.CompareExchange(ref _status, Scheduled | (status & Queued), status);
            if (seen == status)
            {
                Schedule();
                return;
            }

            status = seen;
        }
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void Rest(ActorCell cell)
    {
        if (!cell.MayRun)
        {
            Interlocked.Exchange(ref _status, Suspended | Queued);
        }
        else
        {
            if ((Volatile.Read(ref _status) & Queued) != 0 && !cell.Inbox.HasMessages)
            {
                Interlocked.And(ref _status, ~Queued);
                if (cell.Inbox.HasMessages)
                    Interlocked.Or(ref _status, Queued); // its producer found the flag up
            }

            if (_first is not null || Interlocked.CompareExchange(ref _status, Idle, Scheduled) != Scheduled)
            {
                Schedule();
                return;
            }
        }

        // Whoever posts from here on wakes the actor.
        if (HasSystemMessages)
            Wake();
    }

    private void BuryWaiting()
    {
        var filling = new SpinWait();
        lock (BurialGate)
        {
            while (_first is not null || _cell.Inbox.HasMessages)
            {
                if (TryTake(_cell, out var message, out var sender))
                    _cell.Bury(message, sender);
                else
                    filling.SpinOnce(sleep1Threshold: -1); // its producer is between the claim and the message
            }
        }
    }
}
