using System.Runtime.InteropServices;
using AkkaWs.Messages;
using AkkaWs.Policies;
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
        lock (_lock)
        {
            item = default;
            if (!_groups.TryDequeue(out var group))
                return false;
            item = new(group.Messages, null);
            Count(-group.Bytes);
            if (group.Messages is TopicUpdate[])
                _updates -= group.Messages.Length;
            else
                _markers--;
            return true;
        }
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
        _groups.Enqueue(new Group(_groups.Count < backlogs.SlicesEach ? updates : CopiedOut(updates, bytes), bytes));
        _updates += updates.Length;
        if (_mark?.IsPassed(_updates, _bytes + bytes) == true)
            counters.ReportHigh(updates[0].Topic, _updates, _bytes + bytes);
        return Count(bytes);
    }

    private void Add(TopicMessage marker)
    {
        _groups.Enqueue(new Group([marker], 0));
        _markers++;
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
        var told = LastWords.Of(_groups.SelectMany(group => group.Messages).Concat(refused), new TopicClosed(lag.Topic, lag.Reason), counters);
        Clear();
        foreach (var message in told)
            Add(message);
    }

    private void Clear()
    {
        Count(-_bytes);
        _groups.Clear();
        (_updates, _markers) = (0, 0);
    }

    // What has no bound of its own is no part of the connection's.
    private bool Count(long bytes)
    {
        _bytes += bytes;
        return _mark is null && backlogs.Count(bytes);
    }

    private TopicUpdate? Oldest()
    {
        foreach (var group in _groups)
        {
            if (group.Messages[0] is TopicUpdate oldest)
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

    private readonly record struct Group(TopicMessage[] Messages, long Bytes);
}
