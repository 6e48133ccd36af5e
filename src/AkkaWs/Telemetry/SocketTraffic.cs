using AkkaWs.Wire;

namespace AkkaWs.Telemetry;

/// <summary>What the physical connections of a connection wrote and read: of those that are gone a sum, of at most two the sockets themselves.</summary>
internal sealed class SocketTraffic
{
    private readonly Lock _lock = new();
    private readonly Queue<WireConnection> _wires = new();
    private Totals _past;

    /// <summary>Over all of them.</summary>
    public Totals Sum
    {
        get
        {
            lock (_lock)
                return _wires.Aggregate(_past, (sum, wire) => sum + Of(wire));
        }
    }

    /// <summary>Messages that wait for a socket or are being written.</summary>
    public int QueuedWrites
    {
        get
        {
            lock (_lock)
                return _wires.Sum(wire => wire.QueuedWrites);
        }
    }

    /// <summary>A new one is up; the one before may be so too.</summary>
    public void Add(WireConnection wire)
    {
        lock (_lock)
        {
            _wires.Enqueue(wire);
            if (_wires.Count > 2)
                _past += Of(_wires.Dequeue());
        }
    }

    private static Totals Of(WireConnection wire) => new(wire.MessagesSent, wire.BytesSent, wire.BytesReceived);

    /// <summary>Messages written, bytes written and bytes read.</summary>
    public readonly record struct Totals(long MessagesSent, long BytesSent, long BytesReceived)
    {
        public static Totals operator +(Totals a, Totals b) =>
            new(a.MessagesSent + b.MessagesSent, a.BytesSent + b.BytesSent, a.BytesReceived + b.BytesReceived);
    }
}
