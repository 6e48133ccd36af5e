using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// Any thread posts, one thread at a time runs the actor. A message that finds the actor idle goes with the run that it starts; those that find it at
/// work wait in a list of segments of slots. System messages wait in a stack and overtake them.
/// </summary>
/// <remarks>
/// <para>
/// Whoever moves the status away from idle owns the mailbox until it has scheduled the run. Idle means that nothing waits that anybody has finished to
/// post: who queues a message sets <see cref="Queued"/> behind it, and with that flag up no run comes to rest.
/// </para>
/// <para>
/// It is a part of the reference, and small: where many actors get a message each, what that costs is the memory that is looked at. The position of the
/// queue's reader changes with each message that producers queue meanwhile, so it lives in the cell.
/// </para>
/// </remarks>
internal abstract class Mailbox : ActorRefBase
{
    private const int Idle = 0;
    private const int Scheduled = 1;
    private const int Queued = 2;
    private const int Suspended = 4;
    private const int Closed = 8;

    // Shared by all mailboxes: taken only to bury what was posted while an actor ended.
    private static readonly Lock BurialGate = new();

    private MessageSegment _tail;
    private SystemMessage _system;
    private int _status;

    protected Mailbox() => _tail = new MessageSegment(MessageSegment.Smallest);

    public ActorCell Cell { get; protected init; }

    /// <summary>How many reasons there are not to handle user messages: own failure, a suspended parent, an asynchronous handler, the end.</summary>
    public int Suspensions { get; set; }

    public bool IsClosed => Volatile.Read(ref _status) == Closed;

    private bool HasSystemMessages => Volatile.Read(ref _system) is { } system && system != SystemMessage.NoMore;

    public void Post(object message, IActorRef sender)
    {
        if (_status != Idle || Interlocked.CompareExchange(ref _status, Scheduled, Idle) != Idle)
        {
            Queue(message, sender);
            return;
        }

        RunQueue.Shared.Add(this, message, sender);
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
        Cell.SystemMessageAfterEnd(message);
    }

    /// <summary>Runs the actor for a while.</summary>
    /// <param name="message">The message that found it idle; null if none did.</param>
    /// <param name="sender">Its sender.</param>
    public void Run(object message, IActorRef sender)
    {
        var (cell, turn) = (Cell, Turn.Current);
        var outer = turn.Cell;
        turn.Begin(cell, message, sender);
        if (Suspensions > 0)
            cell.Restore(turn);
        if (_system is not null)
            RunSystemMessages(cell);
        var left = cell.Throughput;
        while (left-- > 0 && Suspensions == 0 && TryTake(cell, turn))
        {
            cell.Invoke(turn.Message);
            if (Suspensions == 0)
                turn.Message = null;
            if (_system is not null)
                RunSystemMessages(cell);
        }

        var isClosed = _status == Closed;
        if (Suspensions > 0 && !isClosed)
            Suspend(cell, turn);
        turn.End(outer);
        if (!isClosed)
            Rest(cell);
    }

    /// <summary>Puts messages before all that wait, in their order. For the thread that runs the actor.</summary>
    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        var turn = Turn.Current;
        if (turn.Waits)
            envelopes = envelopes.Append(turn.Withdraw());
        Cell.Inbox.Prepend(envelopes);
        if (_status != Closed)
            Interlocked.Or(ref _status, Queued);
    }

    /// <summary>Ends the mailbox: what waits and what still comes goes to the dead letters.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _status, Closed);
        if (Turn.Current is { Waits: true } turn)
            Cell.Bury(turn.Withdraw());
        BuryWaiting();
        var next = SystemMessage.Reverse(Interlocked.Exchange(ref _system, SystemMessage.NoMore));
        while (next is not null)
            Cell.SystemMessageAfterEnd(SystemMessage.Detach(ref next));
    }

    /// <summary>Where the reader of the queue begins.</summary>
    public MessageReader Read() => new(_tail);

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
            Cell.Bury(new Envelope(message, sender));
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

    // The message that found the actor idle is older than the queue, which is not touched without its flag.
    private bool TryTake(ActorCell cell, Turn turn)
    {
        if (turn.TryBegin())
            return true;
        if ((_status & (Queued | Closed)) == 0 || !cell.Inbox.TryTake(ref _tail, out var message, out var sender))
            return false;
        (turn.Message, turn.Sender) = (message, sender);
        return true;
    }

    // Until it goes on the message waits in the queue if it was not begun, else in the cell.
    private void Suspend(ActorCell cell, Turn turn)
    {
        if (turn.Waits)
            Prepend([]);
        else
            cell.Keep(turn);
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

    private void Schedule() => RunQueue.Shared.Add(this, null, null);

    private void Rest(ActorCell cell)
    {
        if (Suspensions > 0)
        {
            Interlocked.Exchange(ref _status, Suspended | Queued);
        }
        else
        {
            if ((Volatile.Read(ref _status) & Queued) != 0 && !cell.Inbox.HasMessages)
            {
                cell.Inbox.Rewind();
                Interlocked.And(ref _status, ~Queued);
                if (cell.Inbox.HasMessages)
                    Interlocked.Or(ref _status, Queued); // its producer found the flag up
            }

            if (Interlocked.CompareExchange(ref _status, Idle, Scheduled) != Scheduled)
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
            while (Cell.Inbox.HasMessages)
            {
                if (Cell.Inbox.TryTake(ref _tail, out var message, out var sender))
                    Cell.Bury(new Envelope(message, sender));
                else
                    filling.SpinOnce(sleep1Threshold: -1); // its producer is between the claim and the message
            }
        }
    }
}
