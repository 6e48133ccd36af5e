using System.Buffers;
using System.Net.WebSockets;

namespace AkkaWs.Testing;

/// <summary>Assembles one message after the other from a connection and records each.</summary>
internal sealed class MessageReader(ServerConnection connection, int maxMessageBytes)
{
    private const int ReadSize = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _assembly = new(ReadSize);

    /// <summary>The next message, or null when the client closed or the connection broke.</summary>
    internal async ValueTask<ReceivedMessage?> NextAsync(CancellationToken cancellationToken)
    {
        _assembly.ResetWrittenCount();
        try
        {
            while (connection.WebSocket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                var part = await connection.WebSocket.ReceiveAsync(_assembly.GetMemory(ReadSize), cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                    return null;
                _assembly.Advance(part.Count);
                if (_assembly.WrittenCount > maxMessageBytes)
                {
                    await connection.CloseAsync(WebSocketCloseStatus.MessageTooBig, $"more than {maxMessageBytes} bytes", cancellationToken).ConfigureAwait(false);
                    return null;
                }

                if (part.EndOfMessage)
                    return connection.Record(part.MessageType, _assembly.WrittenSpan.ToArray());
            }
        }
        catch (Exception exception) when (ServerConnection.IsBroken(exception) && !cancellationToken.IsCancellationRequested)
        {
            connection.WebSocket.Abort();
        }

        return null;
    }
}
