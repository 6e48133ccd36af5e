using System.Runtime.InteropServices;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>
/// The buffer that a reader has by default: for itself, in groups as they were read. It holds no credit, so that it never stops the socket, and drops
/// nothing within its limits; what finds no room ends the subscription, and no other. One without a bound takes its limits for a mark that is reported.
/// </summary>
internal sealed class GroupBuffer(bool isBounded, BufferLimits limits, SubscriberCounters counters, Backlogs backlogs) : ISubscriptionBuffer
{
    private readonly BufferLimits _limits = isBounded ? limits : BufferLimits.None;
    private readonly HighWaterMark? _mark = isBounded ? null : new(limits);
    private readonly Lock _lock = new();
    private readonly Queue<Group> _groups = new();
    private readonly ReaderSignal _signal = new();
    private PackedUpdates? _last; // of the groups, if that is packed
    private int _updates;
    private int _markers;
    private long _bytes;
    private bool _ended;
    private bool _closed;

    public Action? Failed { get; set; }

    public Lag? Lag { get; private set; }

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        var bytes = SizeOf(updates);
        bool fits;
        var isTooMuch = false;
        lock (_lock)
        {
            if (_ended)
                return;
            var count = CountThatFit(updates, bytes);
            fits = count == updates.Length;
            if (fits)
                isTooMuch = Add(updates, bytes);
            else
                Refuse(updates[..count], updates[count]);
            _signal.Wake(true);
        }

        if (!fits)
            Failed?.Invoke();
        if (isTooMuch)
            backlogs.Relieve();
    }

    public void Accept(TopicMessage marker)
    {
        bool fits;
        lock (_lock)
        {
            if (_ended)
                return;
            fits = marker is TopicClosed || _limits.HasRoom(_updates + _markers, _bytes, size: 0);
            if (fits)
                Add(marker);
            else
                Refuse([], marker);
            _signal.Wake(true);
        }

        if (!fits)
            Failed?.Invoke();
    }

    public bool TryTake(out StreamBuffer.Item item)
    {
        Group group;
        lock (_lock)
        {
            item = default;
            if (!_groups.TryDequeue(out group))
                return false;
            if (_groups.Count == 0)
                _last = null;
            Count(-group.Bytes);
            _updates -= group.Updates;
            _markers -= group.Markers;
        }

        item = new(group.Messages(), null);
        return true;
    }

    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
            return _closed || _groups.Count > 0 ? new(!_closed) : _signal.Arm();
    }

    public Unread Measure()
    {
        lock (_lock)
            return Unread.Of(_updates, _bytes, Oldest()?.ReceivedAt);
    }

    public void GiveWay(long maxBytes)
    {
        lock (_lock)
        {
            if (_ended || _mark is not null || Oldest() is not { } oldest)
                return;
            End(Lag.OfAll(oldest.Topic, Measure(), maxBytes), []);
            _signal.Wake(true);
        }

        Failed?.Invoke();
    }

    public void Close()
    {
        lock (_lock)
        {
            (_ended, _closed) = (true, true);
            Clear();
            _signal.Wake(false);
        }
    }

    private int CountThatFit(TopicUpdate[] updates, long bytes)
    {
        var (messages, size) = (_updates + _markers, _bytes);
        if (messages + updates.Length <= _limits.Messages && size + bytes <= _limits.Bytes)
            return updates.Length;
        for (var i = 0; i < updates.Length; i++)
        {
            if (!_limits.HasRoom(messages + i, size, updates[i].Payload.Length))
                return i;
            size += updates[i].Payload.Length;
        }

        return updates.Length;
    }

    private bool Add(TopicUpdate[] updates, long bytes)
    {
        if (_groups.Count < backlogs.SlicesEach)
            Enqueue(new Group(updates, bytes));
        else if (_last?.TryAdd(updates, bytes) != true)
            Enqueue(Packed(updates, bytes));
        _updates += updates.Length;
        if (_mark?.IsPassed(_updates, _bytes + bytes) == true)
            counters.ReportHigh(updates[0].Topic, _updates, _bytes + bytes);
        return Count(bytes);
    }

    private void Add(TopicMessage marker)
    {
        Enqueue(new Group([marker], 0));
        _markers++;
    }

    private Group Packed(TopicUpdate[] updates, long bytes) => PackedUpdates.Begin(updates, bytes, before: _last) is { } packed
        ? new Group(packed)
        : new Group(CopiedOut(updates, bytes), bytes);

    private void Enqueue(Group group)
    {
        _groups.Enqueue(group);
        _last = group.Packed;
    }

    private void Refuse(TopicUpdate[] last, TopicMessage refused)
    {
        if (last.Length > 0)
            Add(last, SizeOf(last));
        End(Lag.OfFull(refused.Topic, Measure(), _limits), [refused]);
    }

    // What waits is dropped, and told by topic, with what found no room.
    private void End(Lag lag, TopicMessage[] refused)
    {
        (_ended, Lag) = (true, lag);
        var told = LastWords.Of(_groups.SelectMany(group => group.Messages()).Concat(refused), new TopicClosed(lag.Topic, lag.Reason), counters);
        Clear();
        foreach (var message in told)
            Add(message);
    }

    private void Clear()
    {
        Count(-_bytes);
        _groups.Clear();
        (_last, _updates, _markers) = (null, 0, 0);
    }

    // What has no bound of its own is no part of the connection's.
    private bool Count(long bytes)
    {
        _bytes += bytes;
        return _mark is null && backlogs.Count(bytes);
    }

    private (Topic Topic, long ReceivedAt)? Oldest()
    {
        foreach (var group in _groups)
        {
            if (group.Oldest is { } oldest)
                return oldest;
        }

        return null;
    }

    private static long SizeOf(TopicUpdate[] updates)
    {
        long bytes = 0;
        foreach (var update in updates)
            bytes += update.Payload.Length;
        return bytes;
    }

    // A slow reader must not keep read buffers alive; where it wants most of them anyway, there is little to gain.
    private static TopicUpdate[] CopiedOut(TopicUpdate[] updates, long bytes)
    {
        if (bytes * 2 >= PinnedBy(updates) || bytes > Array.MaxLength)
            return updates;
        var (own, offset) = (new byte[bytes], 0);
        return Array.ConvertAll(updates, update =>
        {
            var place = own.AsMemory(offset, update.Payload.Length);
            update.Payload.CopyTo(place);
            offset += place.Length;
            return update with { Payload = place };
        });
    }

    private static long PinnedBy(TopicUpdate[] updates)
    {
        long pinned = 0;
        byte[]? last = null;
        foreach (var update in updates)
        {
            if (!MemoryMarshal.TryGetArray(update.Payload, out var slice) || slice.Array == last)
                continue;
            last = slice.Array;
            pinned += last!.Length;
        }

        return pinned;
    }

    /// <summary>What was read at once, or what is packed.</summary>
    private readonly struct Group
    {
        private readonly TopicMessage[] _kept = [];
        private readonly long _bytes;

        public Group(TopicMessage[] kept, long bytes) => (_kept, _bytes) = (kept, bytes);

        public Group(PackedUpdates packed) => Packed = packed;

        public PackedUpdates? Packed { get; }

        public int Updates => Packed?.Count ?? (AreUpdates ? _kept.Length : 0);

        public int Markers => Packed is null && !AreUpdates ? _kept.Length : 0;

        public long Bytes => Packed?.Bytes ?? _bytes;

        public (Topic Topic, long ReceivedAt)? Oldest =>
            Packed is not null ? Packed.Oldest : _kept[0] is TopicUpdate update ? (update.Topic, update.ReceivedAt) : null;

        private bool AreUpdates => _kept is TopicUpdate[];

        public TopicMessage[] Messages() => Packed?.Unpack() ?? _kept;
    }
}
