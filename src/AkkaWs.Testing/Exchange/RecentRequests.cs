namespace AkkaWs.Testing;

/// <summary>The last request ids of a connection, to tell a duplicate.</summary>
internal sealed class RecentRequests
{
    private const int Capacity = 10_000;

    private readonly HashSet<string> _known = [];
    private readonly Queue<string> _order = new();

    internal bool Add(string requestId)
    {
        if (!_known.Add(requestId))
            return false;
        _order.Enqueue(requestId);
        if (_order.Count > Capacity)
            _known.Remove(_order.Dequeue());
        return true;
    }
}
