namespace AkkaWs.Transport;

/// <summary>What the read loops count. Written within the read turn, once per batch where it can be; read by anyone.</summary>
internal sealed class TrafficCounters
{
    private long _messages;
    private long _bytes;
    private long _lastReceivedAt;
    private long _unknown;
    private long _unrouted;
    private long _duplicates;
    private long _handlerErrors;

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>When the last batch was read, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; 0 before the first.</summary>
    public long LastReceivedAt => Volatile.Read(ref _lastReceivedAt);

    public long Unknown => Volatile.Read(ref _unknown);

    public long Unrouted => Volatile.Read(ref _unrouted);

    public long Duplicates => Volatile.Read(ref _duplicates);

    public long HandlerErrors => Volatile.Read(ref _handlerErrors);

    public void AddBatch(int messages, long bytes, long receivedAt)
    {
        Volatile.Write(ref _lastReceivedAt, receivedAt);
        Volatile.Write(ref _messages, _messages + messages);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    public void AddUnknown() => Volatile.Write(ref _unknown, _unknown + 1);

    public void AddUnrouted(int count = 1) => Volatile.Write(ref _unrouted, _unrouted + count);

    /// <summary>Counts an update that the other one of two overlapping connections brought.</summary>
    public void AddDuplicate() => Volatile.Write(ref _duplicates, _duplicates + 1);

    /// <summary>Counts a message that the handler failed on, from any thread, and tells how many there were.</summary>
    public long AddHandlerError() => Interlocked.Increment(ref _handlerErrors);
}
