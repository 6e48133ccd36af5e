using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Tests.Support;

/// <summary>
/// A server on a bare socket, for what Kestrel's buffered output cannot show: bytes that are on their way when the connection ends without a
/// close frame.
/// </summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<WebSocket, CancellationToken, Task> _script;
    private readonly Task _serving;

    private BareServer(Func<WebSocket, CancellationToken, Task> script)
    {
        _script = script;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Runs <paramref name="script"/> on each connection; at its end the socket is closed (FIN), without a close frame.</summary>
    public static BareServer Start(Func<WebSocket, CancellationToken, Task> script) => new(script);

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _serving;
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                client.NoDelay = true;
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        try
        {
            var request = await ReadHeadAsync(stream);
            var key = request.Split("\r\n").Single(l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..].Trim();
#pragma warning disable CA5350 // RFC 6455 section 4.2.2 names SHA-1.
            var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
            var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stopped.Token);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            await _script(socket, _stopped.Token);
        }
        catch (Exception e) when (e is IOException or WebSocketException)
        {
            // The client went first.
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stopped.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
