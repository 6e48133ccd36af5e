using AkkaWs.Primitives;

namespace AkkaWs.Requests;

/// <summary>
/// Ids of messages to one physical connection, the newest that had any, whose answers may still come though nobody waits for them: no other message gets
/// such an id meanwhile. Bounded: of too many the oldest is forgotten.
/// </summary>
internal sealed class LateIds
{
    private const int Most = 4_096;

    // Each id with its place in the order: one that has gone and come back is not forgotten in its old place.
    private readonly Dictionary<RequestId, long> _ids = [];
    private readonly Queue<(RequestId Id, long Place)> _order = [];
    private Epoch _epoch;
    private long _last;

    public void Add(RequestId id, Epoch epoch)
    {
        if (epoch.Value < _epoch.Value)
            return;
        if (epoch != _epoch)
        {
            _ids.Clear();
            _order.Clear();
            _epoch = epoch;
        }

        if (!_ids.TryAdd(id, _last + 1))
            return;
        _order.Enqueue((id, ++_last));
        if (_order.Count <= Most)
            return;
        var oldest = _order.Dequeue();
        if (_ids.TryGetValue(oldest.Id, out var place) && place == oldest.Place)
            _ids.Remove(oldest.Id);
    }

    public bool Contains(RequestId id, Epoch epoch) => epoch == _epoch && _ids.ContainsKey(id);

    public void Remove(RequestId id, Epoch epoch)
    {
        if (epoch == _epoch)
            _ids.Remove(id);
    }
}
