using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>A TCP server on a free loopback port, or where it is told, that runs a script per connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<Socket, NetworkStream, Task> _script;
    private readonly Task _loop;
    private int _accepted;

    public RawServer(Func<Socket, NetworkStream, Task> script, IPEndPoint? at = null)
    {
        _script = script;
        _listener.Bind(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public Uri Url => new($"ws://127.0.0.1:{Port}/");

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Answers the upgrade with exactly <paramref name="answer"/>; <c>{accept}</c> stands for the right accept value.</summary>
    public static RawServer Answering(string answer, Func<Socket, NetworkStream, Task>? then = null) => new(async (socket, stream) =>
    {
        var request = await ReadRequestAsync(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.Replace("{accept}", Accept(request), StringComparison.Ordinal)));
        await (then is null ? ReadToEndAsync(stream) : then(socket, stream));
    });

    /// <summary>Upgrades, then runs <paramref name="then"/>.</summary>
    public static RawServer Upgrading(Func<Socket, NetworkStream, Task> then) =>
        Answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n", then);

    public static async Task<string> ReadRequestAsync(Stream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
            request.Append((char)one[0]);
        return request.ToString();
    }

#pragma warning disable CA5350 // RFC 6455 fixes SHA-1 here.
    public static string Accept(string request)
    {
        const string Name = "Sec-WebSocket-Key: ";
        var line = request.Split("\r\n").FirstOrDefault(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(line?[Name.Length..] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    }
#pragma warning restore CA5350

    public static async Task ReadToEndAsync(Stream stream)
    {
        var ignored = new byte[4096];
        while (await stream.ReadAsync(ignored) > 0)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _script(socket, stream);
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // The client left in the middle of the script.
        }
    }
}
