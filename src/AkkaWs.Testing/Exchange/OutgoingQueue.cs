using System.Net.WebSockets;
using System.Threading.Channels;

namespace AkkaWs.Testing;

/// <summary>What waits to be written to one client, bounded in messages and bytes; one writer empties it.</summary>
internal sealed class OutgoingQueue(int maxMessages, long maxBytes)
{
    private readonly Channel<ReadOnlyMemory<byte>> _messages =
        Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(maxMessages) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private volatile bool _isEnding;
    private long _bytes;

    /// <summary>False when the client is too slow: nothing was queued.</summary>
    internal bool TryAdd(ReadOnlyMemory<byte> message)
    {
        if (Interlocked.Add(ref _bytes, message.Length) <= maxBytes && _messages.Writer.TryWrite(message))
            return true;
        Interlocked.Add(ref _bytes, -message.Length);
        return _isEnding;
    }

    /// <summary>Takes nothing more: what comes is lost, and the writer ends when it has written what is here.</summary>
    internal void End()
    {
        _isEnding = true;
        _messages.Writer.TryComplete();
    }

    internal async Task WriteToAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await connection.SendAsync(message, WebSocketMessageType.Text, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _bytes, -message.Length);
        }
    }
}
