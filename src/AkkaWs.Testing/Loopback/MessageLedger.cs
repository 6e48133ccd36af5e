using System.Net.WebSockets;

namespace AkkaWs.Testing;

/// <summary>The last messages of a connection, at most <paramref name="capacity"/> of them.</summary>
internal sealed class MessageLedger(int connection, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<ReceivedMessage> _messages = new();
    private long _count;

    internal long Count => Interlocked.Read(ref _count);

    internal ReceivedMessage Add(DateTimeOffset receivedAt, WebSocketMessageType type, ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            var message = new ReceivedMessage(connection, _count, receivedAt, type, payload);
            _messages.Enqueue(message);
            if (_messages.Count > capacity)
                _messages.Dequeue();
            Interlocked.Increment(ref _count);
            return message;
        }
    }

    internal IReadOnlyList<ReceivedMessage> Snapshot()
    {
        lock (_gate)
            return [.. _messages];
    }
}
