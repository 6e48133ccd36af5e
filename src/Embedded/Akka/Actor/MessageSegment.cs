namespace Akka.Actor;

/// <summary>
/// A run of slots of a mailbox: a producer claims the next slot with one interlocked increment and publishes the message into it. The increment is
/// the only fence: what a producer reads after its claim is newer than the claim, so whoever looks at the claims after it has written sees the
/// producer or is seen by it.
/// </summary>
internal sealed class MessageSegment(int size)
{
    public const int Smallest = 4;
    private const int Largest = 256;

    private static readonly MessageSegment Left = new(0);

    public readonly Slot[] Slots = new Slot[size];
    private MessageSegment _next;
    private int _claimed;

    public MessageSegment Next => Volatile.Read(ref _next);

    /// <summary>How many producers have asked for a slot; those beyond the last one go on to the next segment.</summary>
    public int Claimed => Volatile.Read(ref _claimed);

    public bool TryAdd(object message, IActorRef sender)
    {
        var slots = Slots;
        var index = Interlocked.Increment(ref _claimed) - 1;
        if ((uint)index >= (uint)slots.Length)
            return false;
        ref var slot = ref slots[index];
        slot.Sender = sender;
        Volatile.Write(ref slot.Message, message);
        return true;
    }

    /// <summary>
    /// The reader has left: a segment that an old generation still holds must not keep all those alive that came after it. The tail is beyond it by now.
    /// </summary>
    public void Leave() => Volatile.Write(ref _next, Left);

    /// <summary>Begins again with the first slot, if no more than <paramref name="taken"/> were ever asked for, all of which have been taken.</summary>
    public bool TryRewind(int taken) => Interlocked.CompareExchange(ref _claimed, 0, taken) == taken;

    /// <summary>
    /// The segment after this full one: twice as long while the reader lags behind, shorter again when it keeps up. Null if the reader has left this one.
    /// </summary>
    public MessageSegment Following()
    {
        if (Volatile.Read(ref _next) is { } next)
            return next == Left ? null : next;
        var readerKeepsUp = Volatile.Read(ref Slots[Slots.Length / 2].Message) is null;
        var length = readerKeepsUp ? Math.Max(2 * Smallest, Slots.Length / 2) : Math.Min(Largest, Slots.Length * 2);
        var fresh = new MessageSegment(length);
        var seen = Interlocked.CompareExchange(ref _next, fresh, null);
        return seen is null ? fresh : seen == Left ? null : seen;
    }

    public struct Slot
    {
        public object Message;
        public IActorRef Sender;
    }
}

/// <summary>The reading end of a mailbox's segments, and the messages that were put back before them. Owned by the thread that runs the actor.</summary>
internal struct MessageReader(MessageSegment first)
{
    private MessageSegment _segment = first;
    private MessageSegment.Slot[] _slots = first.Slots;
    private int _index;
    private List<Envelope> _front;

    /// <summary>Whether messages were put back before all that wait.</summary>
    public readonly bool HasFront => _front is { Count: > 0 };

    /// <summary>Whether messages wait or are just being posted: a slot that is claimed will be filled.</summary>
    public readonly bool HasMessages
    {
        get
        {
            if (HasFront)
                return true;
            if (_index < _slots.Length)
                return _segment.Claimed > _index;
            return _segment.Next is { Claimed: > 0 };
        }
    }

    /// <summary>Nothing waits: the slots that were used may be used again, unless somebody is just posting. Messages that come one by one need no others.</summary>
    public void Rewind()
    {
        if (_index > 0 && _segment.TryRewind(_index))
            _index = 0;
    }

    /// <summary>Takes the next message; moves <paramref name="tail"/>, where producers begin, off a segment that it leaves.</summary>
    public bool TryTake(ref MessageSegment tail, out object message, out IActorRef sender)
    {
        if (HasFront)
            return TakeFront(out message, out sender);
        if (_index == _slots.Length)
        {
            if (_segment.Next is not { } next)
            {
                message = null;
                sender = null;
                return false;
            }

            Interlocked.CompareExchange(ref tail, next, _segment);
            _segment.Leave();
            _segment = next;
            _slots = next.Slots;
            _index = 0;
        }

        ref var slot = ref _slots[_index];
        message = Volatile.Read(ref slot.Message);
        sender = slot.Sender;
        if (message is null)
            return false;
        slot = default;
        _index++;
        return true;
    }

    /// <summary>Puts messages before all that wait, in their order.</summary>
    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        _front ??= [];
        var at = _front.Count;
        _front.AddRange(envelopes);
        _front.Reverse(at, _front.Count - at);
    }

    private readonly bool TakeFront(out object message, out IActorRef sender)
    {
        var first = _front[^1];
        _front.RemoveAt(_front.Count - 1);
        message = first.Message;
        sender = first.Sender;
        return true;
    }
}
