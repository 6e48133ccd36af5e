using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>
/// The quiet part of the server: thousands of connections that confirm subscriptions and answer pings, and that it resets all at once on command.
/// It listens on several ports, because the ports of one client that talks to one server port would run out.
/// </summary>
internal sealed class VenueServer
{
    public const int Ports = 8;

    private const int Backlog = 4_096;

    private readonly ConcurrentDictionary<VenueSession, Socket> _sessions = new();
    private long _pings;

    /// <summary>Pings answered so far, on all connections.</summary>
    public long Pings => Volatile.Read(ref _pings);

    /// <summary>Starts to listen and returns the ports.</summary>
    public int[] Listen() => [.. Enumerable.Range(0, Ports).Select(_ => ListenOnce())];

    /// <summary>Drops every connection without a word: each peer sees a reset.</summary>
    public void ResetAll()
    {
        foreach (var socket in _sessions.Values)
            socket.Close(timeout: 0);
    }

    public void CountPing() => Interlocked.Increment(ref _pings);

    private int ListenOnce()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(Backlog);
        _ = AcceptAsync(listener);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            var socket = await listener.AcceptSocketAsync();
            socket.NoDelay = true;
            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var owned = socket;
        var session = new VenueSession(this, socket);
        _sessions[session] = socket;
        try
        {
            await session.RunAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset, by either side: how most of these connections end.
        }
        finally
        {
            _sessions.TryRemove(session, out _);
        }
    }
}
