using AkkaWs.Primitives;

namespace AkkaWs.Requests;

/// <summary>
/// Ids of messages to one physical connection, the newest that had any, whose answers may still come though nobody waits for them: no other message gets
/// such an id meanwhile. Bounded: of too many the oldest is forgotten.
/// </summary>
internal sealed class LateIds
{
    private const int Most = 4_096;

    // Each id with its place in the order, one that has gone and come back is not forgotten in its old place; and since when its answer is late.
    private readonly Dictionary<RequestId, (long Place, TimeSpan Since)> _ids = [];
    private readonly Queue<(RequestId Id, long Place)> _order = [];
    private Epoch _epoch;
    private long _last;

    public void Add(RequestId id, Epoch epoch, TimeSpan now)
    {
        if (epoch.Value < _epoch.Value)
            return;
        if (epoch != _epoch)
        {
            _ids.Clear();
            _order.Clear();
            _epoch = epoch;
        }

        if (_ids.TryGetValue(id, out var earlier))
        {
            _ids[id] = earlier with { Since = now };
            return;
        }

        _ids.Add(id, (_last + 1, now));
        _order.Enqueue((id, ++_last));
        if (_order.Count <= Most)
            return;
        var oldest = _order.Dequeue();
        if (_ids.TryGetValue(oldest.Id, out var kept) && kept.Place == oldest.Place)
            _ids.Remove(oldest.Id);
    }

    /// <summary>Since when its answer is late; null: it is not awaited.</summary>
    public TimeSpan? Find(RequestId id, Epoch epoch) => epoch == _epoch && _ids.TryGetValue(id, out var late) ? late.Since : null;

    public void Remove(RequestId id, Epoch epoch)
    {
        if (epoch == _epoch)
            _ids.Remove(id);
    }
}
