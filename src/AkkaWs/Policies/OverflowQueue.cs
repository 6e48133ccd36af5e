using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Policies;

/// <summary>The bytes that updates of a topic are conflated by; empty: all of the topic are one.</summary>
internal delegate ReadOnlySpan<byte> ConflationKey(ReadOnlySpan<byte> payload);

/// <summary>
/// What waits for one subscriber: at most so many updates and markers, and so many bytes, in order per topic. What is dropped leaves its
/// count, and its markers in short, where it stood (see <see cref="SkippedMessages"/>), so that nothing is lost in silence. Markers are told as soon as what
/// stands before them was taken: their topic may be silent for long. One thread at a time.
/// </summary>
internal sealed class OverflowQueue(
    OverflowPolicy policy,
    int capacity,
    ConflationKey? keyOf = null,
    Action<Exception>? onUnreadable = null,
    long maxBytes = long.MaxValue,
    Func<int>? slicesKept = null)
{
    private const int DefaultSlicesKept = 16;

    private const int FirstSlots = 16;

    private readonly BufferLimits _limits = new(capacity, maxBytes);
    private readonly ConflationIndex? _index = policy == OverflowPolicy.Conflate ? new() : null;
    private readonly Dictionary<Topic, SkippedMessages> _skippedAtHead = [];
    private readonly Dictionary<Topic, SkippedMessages> _skippedAtTail = [];
    private readonly Queue<TopicMessage> _next = new();
    private Slot[] _ring = new Slot[FirstSlots];
    private long _head;
    private long _tail;
    private int _places;
    private bool _skipsMarkersAtHead;

    // Beyond so many waiting updates, each is copied out of the buffer that it was received in: a slow reader must not pin one per update.
    private int SlicesKept => slicesKept?.Invoke() ?? DefaultSlicesKept;

    /// <summary>How many messages wait; what stands for skipped ones is none.</summary>
    public int Count => (int)(_tail - _head) - _places;

    /// <summary>The payload of the updates among them, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many updates wait.</summary>
    public int Updates { get; private set; }

    /// <summary>The oldest of them; null if none waits.</summary>
    public TopicUpdate? Oldest
    {
        get
        {
            for (var position = _head; Updates > 0 && position < _tail; position++)
            {
                if (At(position).Message is TopicUpdate oldest)
                    return oldest;
            }

            return null;
        }
    }

    /// <summary>Whether there is something to take.</summary>
    public bool HasNext => _tail != _head || _next.Count > 0 || _skippedAtHead.Count > 0 || _skippedAtTail.Count > 0;

    /// <summary>Whether what is to be taken next is a marker; what tells of dropped updates goes with the update behind it.</summary>
    public bool NextIsMarker => _next.TryPeek(out var next) ? next is not TopicUpdate
        : SkipsMarkersAtHead() || (_tail != _head && At(_head).Message is not (TopicUpdate or Place { Skipped.HasMarkers: false }));

    /// <summary>How many updates were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes an update, or drops it or another one.</summary>
    /// <returns>False if there is no room and the policy is to fail: <see cref="Abandon"/> is due.</returns>
    public bool Offer(TopicUpdate update)
    {
        ReadOnlySpan<byte> key = default;
        if (_index is not null && (!TryReadKey(update, out key) || TryReplace(update, key)))
            return true;
        if (!TryMakeRoom(update.Payload.Length))
        {
            if (policy == OverflowPolicy.Fail)
                return false;
            Dropped++;
            SkippedAt(_skippedAtTail, update.Topic).Drop(1);
            return true;
        }

        Append(update, key);
        return true;
    }

    /// <summary>Takes a marker. The end of a topic always finds room.</summary>
    /// <returns>As <see cref="Offer(TopicUpdate)"/>.</returns>
    public bool Offer(TopicMessage marker)
    {
        _index?.Forget(marker.Topic);
        if (marker is not TopicClosed && !TryMakeRoom(0))
        {
            if (policy == OverflowPolicy.Fail)
                return false;
            SkipAtTail(marker);
            return true;
        }

        Append(marker, default);
        return true;
    }

    /// <summary>The next message, if there is one.</summary>
    public bool TryTake(out TopicMessage message)
    {
        while (_next.Count == 0 && HasNext)
            Advance();
        return _next.TryDequeue(out message!);
    }

    /// <summary>Drops everything and ends: what remains is told by <see cref="Lagged"/> per topic, then the end.</summary>
    /// <param name="refused">The update that found no room, where one did.</param>
    /// <param name="end">The last message.</param>
    public void Abandon(TopicUpdate? refused, TopicClosed end)
    {
        if (refused is not null)
        {
            Dropped++;
            SkippedAt(_skippedAtHead, refused.Topic).Drop(1);
        }

        while (_tail != _head)
            Evict();
        foreach (var (topic, skipped) in _skippedAtHead.Concat(_skippedAtTail))
        {
            if (skipped.Dropped > 0)
                _next.Enqueue(new Lagged(topic, skipped.Dropped));
        }

        _skippedAtHead.Clear();
        _skippedAtTail.Clear();
        _next.Enqueue(end);
    }

    /// <summary>Forgets all that waits, in silence: nobody takes anything more.</summary>
    public void Clear()
    {
        while (_tail != _head)
            RemoveHead(ref At(_head));
        _skippedAtHead.Clear();
        _skippedAtTail.Clear();
        _next.Clear();
        (_ring, _places) = (new Slot[FirstSlots], 0);
    }

    private bool TryMakeRoom(int size)
    {
        while (!_limits.HasRoom(Count, Bytes, size))
        {
            if (policy is not (OverflowPolicy.DropOldest or OverflowPolicy.Conflate))
                return false;
            Evict();
        }

        return true;
    }

    private void Evict()
    {
        ref var slot = ref At(_head);
        var skipped = SkippedAt(_skippedAtHead, slot.Message!.Topic);
        skipped.Drop(slot.Dropped);
        if (slot.Message is TopicUpdate)
        {
            Dropped++;
            skipped.Drop(1);
        }
        else if (slot.Message is Place place)
        {
            skipped.Drop(Vacate(place).Dropped);
        }
        else
        {
            skipped.Skip(slot.Message);
            _skipsMarkersAtHead = true;
        }

        RemoveHead(ref slot);
    }

    // Its topic may be silent for long: it is told in its place, with what else of the topic finds no room until then. One place per topic, so that they are
    // bounded; one more for each time that the topic found room meanwhile.
    private void SkipAtTail(TopicMessage marker)
    {
        var skipped = SkippedAt(_skippedAtTail, marker.Topic);
        skipped.Skip(marker);
        if (skipped.IsPlaced)
            return;
        skipped.IsPlaced = true;
        Enqueue(new Place(marker.Topic, skipped), null);
        _places++;
    }

    private SkippedMessages Vacate(Place place)
    {
        _places--;
        if (_skippedAtTail.TryGetValue(place.Topic, out var latest) && latest == place.Skipped)
            _skippedAtTail.Remove(place.Topic);
        return place.Skipped;
    }

    // An update whose key cannot be read is dropped, and counted where it stood.
    private bool TryReadKey(TopicUpdate update, out ReadOnlySpan<byte> key)
    {
        key = default;
        try
        {
            if (keyOf is not null)
                key = keyOf(update.Payload.Span);
            return true;
        }
        catch (Exception e)
        {
            onUnreadable?.Invoke(e);
            Dropped++;
            SkippedAt(_skippedAtTail, update.Topic).Drop(1);
            return false;
        }
    }

    private bool TryReplace(TopicUpdate update, ReadOnlySpan<byte> key)
    {
        if (!_index!.TryFind(update.Topic, key, out var position))
            return false;
        ref var slot = ref At(position);
        Bytes += update.Payload.Length - ((TopicUpdate)slot.Message!).Payload.Length;
        slot.Message = position - _head < SlicesKept ? update : update.Detach();
        slot.Dropped++;
        Dropped++;
        while (Count > 1 && Bytes > _limits.Bytes)
            Evict();
        return true;
    }

    private void Append(TopicMessage message, ReadOnlySpan<byte> conflationKey)
    {
        if (_skippedAtTail.Count > 0 && _skippedAtTail.Remove(message.Topic, out var skipped) && !skipped.IsPlaced)
        {
            foreach (var earlier in skipped.Tell(message.Topic))
                Enqueue(earlier, null);
        }

        if (message is TopicUpdate update)
        {
            var key = _index?.Add(update.Topic, conflationKey, _tail);
            Enqueue(Count < SlicesKept ? update : update.Detach(), key);
        }
        else
        {
            Enqueue(message, null);
        }
    }

    private void Enqueue(TopicMessage message, byte[]? key)
    {
        if (_tail - _head == _ring.Length)
            Grow();
        At(_tail++) = new Slot { Message = message, Key = key };
        if (message is TopicUpdate update)
            (Updates, Bytes) = (Updates + 1, Bytes + update.Payload.Length);
    }

    private void Advance()
    {
        if (_tail == _head)
        {
            TellAll(_skippedAtHead);
            TellAll(_skippedAtTail);
            return;
        }

        if (SkipsMarkersAtHead())
        {
            TellMarkersAtHead();
            return;
        }

        ref var slot = ref At(_head);
        var message = slot.Message!;
        if (_skippedAtHead.Count > 0 && _skippedAtHead.Remove(message.Topic, out var skipped))
        {
            foreach (var earlier in skipped.Tell(message.Topic))
                _next.Enqueue(earlier);
        }

        if (slot.Dropped > 0)
            _next.Enqueue(new Lagged(message.Topic, slot.Dropped));
        if (message is Place place)
            Tell(message.Topic, Vacate(place));
        else
            _next.Enqueue(message);
        RemoveHead(ref slot);
    }

    private bool SkipsMarkersAtHead()
    {
        if (!_skipsMarkersAtHead)
            return false;
        foreach (var skipped in _skippedAtHead.Values)
        {
            if (skipped.HasMarkers)
                return true;
        }

        return _skipsMarkersAtHead = false;
    }

    // What was skipped there stands before everything that is left, whatever its topic.
    private void TellMarkersAtHead()
    {
        foreach (var (topic, skipped) in _skippedAtHead)
        {
            if (skipped.HasMarkers && _skippedAtHead.Remove(topic))
                Tell(topic, skipped);
        }

        _skipsMarkersAtHead = false;
    }

    private void RemoveHead(ref Slot slot)
    {
        if (slot.Message is TopicUpdate update)
        {
            _index?.Remove(update.Topic, slot.Key, _head);
            (Updates, Bytes) = (Updates - 1, Bytes - update.Payload.Length);
        }

        slot = default;
        _head++;
    }

    private void TellAll(Dictionary<Topic, SkippedMessages> skipped)
    {
        if (skipped.Count == 0)
            return;
        foreach (var (topic, messages) in skipped)
            Tell(topic, messages);
        skipped.Clear();
    }

    private void Tell(Topic topic, SkippedMessages skipped)
    {
        foreach (var message in skipped.Tell(topic))
            _next.Enqueue(message);
    }

    private static SkippedMessages SkippedAt(Dictionary<Topic, SkippedMessages> skipped, Topic topic)
    {
        if (!skipped.TryGetValue(topic, out var messages))
            skipped[topic] = messages = new SkippedMessages();
        return messages;
    }

    private ref Slot At(long position) => ref _ring[position & (_ring.Length - 1)];

    private void Grow()
    {
        var larger = new Slot[_ring.Length * 2];
        for (var position = _head; position < _tail; position++)
            larger[position & (larger.Length - 1)] = At(position);
        _ring = larger;
    }

    /// <summary>Where markers that found no room stand, and what else of their topic did not since.</summary>
    private sealed record Place(Topic Topic, SkippedMessages Skipped) : TopicMessage(Topic);

    private struct Slot
    {
        public TopicMessage? Message;
        public byte[]? Key;

        /// <summary>How many updates gave way to this one.</summary>
        public long Dropped;
    }
}
