using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace AkkaWs.Tests.Chaos;

/// <summary>One client's session with a <see cref="SoakVenue"/>: what is sent waits in order, and who reads too slowly is cut off.</summary>
internal sealed class SoakSession(WebSocket socket, CancellationToken ending)
{
    private const int MostWaiting = 20_000;

    private readonly byte[] _received = new byte[4096];
    private readonly Channel<string> _outgoing = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    public HashSet<string> Topics { get; } = [];

    public void Send(string text)
    {
        if (!_outgoing.Writer.TryWrite(text))
            socket.Abort();
    }

    /// <summary>Sends nothing more than what waits.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

    /// <summary>The next message; null: the client closes.</summary>
    public async Task<string?> ReceiveAsync()
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_received.AsMemory(length), ending);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(_received, 0, length);
        }
    }

    /// <summary>Sends what waits until it is complete, then the answer to the client's close; ends early where the client is gone.</summary>
    public async Task SendAllAsync()
    {
        try
        {
            await foreach (var text in _outgoing.Reader.ReadAllAsync(ending))
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, ending);
            if (socket.State == WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ending);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // Sent into the void.
        }
    }

    /// <summary>Whether an exception only says that the client is gone.</summary>
    public static bool IsGone(Exception exception) => ChaosVenue.IsGone(exception) || exception is WebSocketException or InvalidOperationException;
}
