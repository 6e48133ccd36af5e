namespace AkkaWs.Routing;

/// <summary>
/// Updates whose key nobody can name yet, in the order in which they came: at most 256 of them and 1 MiB, the oldest of which give way. They are
/// copies, so that they pin no read buffer. Used by one read loop.
/// </summary>
internal sealed class UnnamedUpdates
{
    public const int MaxCount = 256;
    public const int MaxBytes = 1024 * 1024;

    private readonly LinkedList<Held> _updates = [];
    private int _bytes;

    public int Count => _updates.Count;

    /// <summary>Holds an update, and tells how many were dropped for that.</summary>
    public int Hold(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        if (payload.Length > MaxBytes)
            return 1;
        var dropped = 0;
        for (; _updates.Count >= MaxCount || _bytes + payload.Length > MaxBytes; dropped++)
            Remove(_updates.First!);
        _updates.AddLast(new Held(key.ToArray(), payload.ToArray(), receivedAt));
        _bytes += payload.Length;
        return dropped;
    }

    /// <summary>Removes the updates of a key.</summary>
    public IReadOnlyList<(ReadOnlyMemory<byte> Payload, long ReceivedAt)> Take(ReadOnlySpan<byte> key)
    {
        if (_updates.Count == 0)
            return [];
        List<(ReadOnlyMemory<byte>, long)> taken = [];
        for (var node = _updates.First; node is not null;)
        {
            var next = node.Next;
            if (key.SequenceEqual(node.Value.Key))
            {
                taken.Add((node.Value.Payload, node.Value.ReceivedAt));
                Remove(node);
            }

            node = next;
        }

        return taken;
    }

    private void Remove(LinkedListNode<Held> node)
    {
        _bytes -= node.Value.Payload.Length;
        _updates.Remove(node);
    }

    private sealed record Held(byte[] Key, byte[] Payload, long ReceivedAt);
}
