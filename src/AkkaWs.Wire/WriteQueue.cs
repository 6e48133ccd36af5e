namespace AkkaWs.Wire;

/// <summary>
/// Lanes of writes: any number of producers, one consumer. Each lane is a lock-free stack that the consumer takes whole and reverses,
/// linked through the items themselves. Bounded by count and by bytes, of what waits and of what is under way; cancels have the same bounds once
/// more, for themselves.
/// </summary>
internal sealed class WriteQueue(int maxCount, long maxBytes)
{
    /// <summary>The lane of pongs and closes; callers' lanes follow.</summary>
    public const int ControlLane = 0;

    private const int Lanes = 8;
    // Answers to the server's pings find room in a queue that callers have filled.
    private const int Headroom = 128;
    private const int BytesBits = 40;
    private const long One = 1L << BytesBits;
    private const long BytesMask = One - 1;

    private readonly WireWrite?[] _posted = new WireWrite?[Lanes];
    private readonly WireWrite?[] _taken = new WireWrite?[Lanes];

    // Count in the high bits, bytes in the low ones, so that one atomic addition accounts for both.
    private long _load;
    private long _loadOfCancels;

    public int Count => (int)(Load >> BytesBits);

    public long Bytes => Load & BytesMask;

    private long Load => Volatile.Read(ref _load) + Volatile.Read(ref _loadOfCancels);

    /// <summary>Whether anything waits. Consumer only.</summary>
    public bool HasWaiting
    {
        get
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (_taken[lane] is not null || Volatile.Read(ref _posted[lane]) is not null)
                    return true;
            }

            return false;
        }
    }

    /// <summary>False when the queue is full; nothing was taken then.</summary>
    public bool TryPost(WireWrite write)
    {
        var bytes = write.Payload.Length;
        ref var total = ref LoadOf(write);
        var load = Interlocked.Add(ref total, One + bytes);
        // A message larger than the whole limit passes when it is alone: refusing it for ever would help nobody.
        var isFull = write.Lane == WireLane.Immediate
            ? load >> BytesBits > maxCount + Headroom
            : load >> BytesBits > maxCount || ((load & BytesMask) > maxBytes && load >> BytesBits > 1);
        if (isFull)
        {
            Interlocked.Add(ref total, -(One + bytes));
            return false;
        }

        write.Budget = bytes;
        Push(1 + (int)write.Lane, write);
        return true;
    }

    /// <summary>Pongs and closes: bounded by their writers, outside the callers' limits.</summary>
    public void PostControl(WireWrite write)
    {
        write.Budget = -1;
        Push(ControlLane, write);
    }

    /// <summary>Gives back the room of a write that ended.</summary>
    public void Free(WireWrite write)
    {
        if (write.Budget >= 0)
            Interlocked.Add(ref LoadOf(write), -(One + write.Budget));
    }

    /// <summary>The next write by lane and age; null when nothing waits. Consumer only.</summary>
    public WireWrite? Take(int lanes = Lanes)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            if (_taken[lane] is null && Volatile.Read(ref _posted[lane]) is not null)
                _taken[lane] = Reverse(Interlocked.Exchange(ref _posted[lane], null));
            if (_taken[lane] is { } write)
            {
                _taken[lane] = write.Next;
                write.Next = null;
                return write;
            }
        }

        return null;
    }

    public WireWrite? TakeControl() => Take(ControlLane + 1);

    /// <summary>Makes a write that was taken the next of its lane again. Consumer only.</summary>
    public void PutBack(WireWrite write)
    {
        ref var first = ref _taken[write.Budget < 0 ? ControlLane : 1 + (int)write.Lane];
        write.Next = first;
        first = write;
    }

    private ref long LoadOf(WireWrite write) => ref write.Lane == WireLane.Urgent ? ref _loadOfCancels : ref _load;

    private void Push(int lane, WireWrite write)
    {
        ref var head = ref _posted[lane];
        var seen = Volatile.Read(ref head);
        while (true)
        {
            write.Next = seen;
            var was = Interlocked.CompareExchange(ref head, write, seen);
            if (was == seen)
                return;
            seen = was;
        }
    }

    private static WireWrite? Reverse(WireWrite? newest)
    {
        WireWrite? oldest = null;
        while (newest is not null)
            (newest.Next, oldest, newest) = (oldest, newest, newest.Next);
        return oldest;
    }
}
