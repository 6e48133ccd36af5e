namespace AkkaWs.Testing;

/// <summary>Holds replies back for as long as a test asked; pushes are not held back by them. Used under the exchange's lock.</summary>
internal sealed class ReplyDelayer(TimeProvider clock)
{
    private const int Capacity = 10_000;

    private readonly PriorityQueue<(ExchangeConnection Connection, byte[] Message), long> _waiting = new();
    private readonly long _origin = clock.GetTimestamp();
    private long _sent;

    internal void Send(ExchangeConnection connection, byte[] message, TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
        {
            connection.Enqueue(message);
            return;
        }

        if (delay == Timeout.InfiniteTimeSpan)
            return;
        if (_waiting.Count >= Capacity)
            throw new InvalidOperationException($"{Capacity} replies are being delayed already.");
        // The last bits keep the order of replies that are due in the same millisecond.
        _waiting.Enqueue((connection, message), ((Elapsed + (long)delay.TotalMilliseconds) << 20) | (_sent++ & 0xFFFFF));
    }

    internal void SendDue()
    {
        while (_waiting.TryPeek(out var reply, out var due) && due >> 20 <= Elapsed)
        {
            _waiting.Dequeue();
            reply.Connection.Enqueue(reply.Message);
        }
    }

    private long Elapsed => (long)clock.GetElapsedTime(_origin).TotalMilliseconds;
}
