namespace AkkaWs.Transport;

/// <summary>What the read loop counts. Written by one loop at a time, once per batch where it can be; read by anyone.</summary>
internal sealed class TrafficCounters
{
    private long _messages;
    private long _bytes;
    private long _unknown;
    private long _unrouted;
    private long _handlerErrors;

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    public long Unknown => Volatile.Read(ref _unknown);

    public long Unrouted => Volatile.Read(ref _unrouted);

    public long HandlerErrors => Volatile.Read(ref _handlerErrors);

    public void AddBatch(int messages, long bytes)
    {
        Volatile.Write(ref _messages, _messages + messages);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    public void AddUnknown() => Volatile.Write(ref _unknown, _unknown + 1);

    public void AddUnrouted() => Volatile.Write(ref _unrouted, _unrouted + 1);

    /// <summary>Counts a message that the handler failed on, from any thread, and tells how many there were.</summary>
    public long AddHandlerError() => Interlocked.Increment(ref _handlerErrors);
}
