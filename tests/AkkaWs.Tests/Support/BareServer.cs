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
    private readonly Func<int, NetworkStream, CancellationToken, Task> _script;
    private readonly Task _serving;
    private int _accepted;

    private BareServer(Func<int, NetworkStream, CancellationToken, Task> script)
    {
        _script = script;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>How many connections were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Runs <paramref name="script"/> on each connection; at its end the socket is closed (FIN), without a close frame.</summary>
    public static BareServer Start(Func<WebSocket, CancellationToken, Task> script) => Start(async (_, stream, stopped) =>
    {
        await AcceptUpgradeAsync(stream, stopped);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        await script(socket, stopped);
    });

    /// <summary>Runs <paramref name="script"/> on the bytes of each connection, with its number from 1; at its end the socket is closed (FIN).</summary>
    public static BareServer Start(Func<int, NetworkStream, CancellationToken, Task> script) => new(script);

    /// <summary>Lets an upgrade succeed.</summary>
    public static async Task AcceptUpgradeAsync(Stream stream, CancellationToken cancellationToken)
    {
        var request = await ReadHeadAsync(stream, cancellationToken);
        var key = request.Split("\r\n").Single(l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..].Trim();
#pragma warning disable CA5350 // RFC 6455 section 4.2.2 names SHA-1.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
    }

    /// <summary>The head of a request.</summary>
    public static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _serving;
        _listener.Stop();
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
            await _script(Interlocked.Increment(ref _accepted), stream, _stopped.Token);
        }
        catch (Exception e) when (e is IOException or WebSocketException or System.Security.Authentication.AuthenticationException)
        {
            // The client went first.
        }
    }
}
