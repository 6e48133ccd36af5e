using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Support;

/// <summary>The server's end of one connection of a <see cref="MemoryVenue"/>.</summary>
internal sealed class MemoryPeer : IAsyncDisposable
{
    private readonly MemoryDuplex _server;
    private readonly WebSocket _socket;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task _serving = Task.CompletedTask;

    public MemoryPeer()
    {
        (Client, _server) = MemoryDuplex.Create();
        _socket = WebSocket.CreateFromStream(_server, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
    }

    /// <summary>The client's end of the stream: its writes can be held up.</summary>
    public MemoryDuplex Client { get; }

    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Whether neither side has ended the stream.</summary>
    public bool IsOpen => !_server.IsDisposed && !Client.IsDisposed;

    public void Serve(Func<MemoryPeer, string, Task> onMessage) => _serving = ServeAsync(onMessage);

    /// <summary>Sends a text message; to a client that is gone it goes nowhere.</summary>
    public async Task SendAsync(string text)
    {
        await _turn.WaitAsync();
        try
        {
            if (_socket.State == WebSocketState.Open)
                await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception e) when (IsGone(e))
        {
            // Sent into the void.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends frames as they are: all of them are at hand at once.</summary>
    public async Task SendFramesAsync(ReadOnlyMemory<byte> frames)
    {
        await _turn.WaitAsync();
        try
        {
            await _server.WriteAsync(frames);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Sends a close frame.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status)
    {
        await _turn.WaitAsync();
        try
        {
            if (_socket.State == WebSocketState.Open)
                await _socket.CloseOutputAsync(status, "as scripted", CancellationToken.None);
        }
        catch (Exception e) when (IsGone(e))
        {
            // The client went first.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the stream without a close frame.</summary>
    public void Drop() => _server.Dispose();

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _serving;
        _socket.Dispose();
    }

    private async Task ServeAsync(Func<MemoryPeer, string, Task> onMessage)
    {
        await Task.Yield();
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                var text = Encoding.UTF8.GetString(buffer, 0, length);
                Received.Enqueue(text);
                await onMessage(this, text);
            }

            await CloseAsync(WebSocketCloseStatus.NormalClosure);
            if (_socket.State is WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (IsGone(e))
        {
            // Dropped, by this side or the other.
        }

        _server.Dispose();
    }

    private static bool IsGone(Exception error) =>
        error is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
