using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Testing.Tests;

/// <summary>Sends back what it gets, and remembers it; at the client's end it ends too.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<Socket, Task> _script;
    private readonly Task _accepting;
    private long _received;

    public EchoServer(Func<Socket, Task>? script = null)
    {
        _script = script ?? EchoAsync;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");

    public long Received => Interlocked.Read(ref _received);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptAsync()));
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await _script(socket);
            }
            catch (SocketException)
            {
                // The client broke the connection.
            }
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[8192];
        while (await socket.ReceiveAsync(buffer) is > 0 and var read)
        {
            Interlocked.Add(ref _received, read);
            await socket.SendAsync(buffer.AsMemory(0, read));
        }

        socket.Shutdown(SocketShutdown.Send);
    }
}
