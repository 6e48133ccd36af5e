using System.Collections.Concurrent;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Support;

/// <summary>A server in memory: no sockets, so that thousands of connections are quick, and writes can be held up where they leave the client.</summary>
internal sealed class MemoryVenue(Func<MemoryPeer, string, Task> onMessage) : IAsyncDisposable
{
    private readonly ConcurrentStack<MemoryPeer> _peers = new();

    /// <summary>The failure of the next attempt to connect; null: it succeeds.</summary>
    public Func<Exception?> Refuse { get; set; } = () => null;

    /// <summary>All connections, newest first.</summary>
    public IReadOnlyList<MemoryPeer> Peers => [.. _peers];

    public MemoryPeer Newest => _peers.TryPeek(out var peer) ? peer : throw new InvalidOperationException("Nobody is connected.");

    public Task<WireConnection> ConnectAsync(Uri url, WireOptions options, CancellationToken cancellationToken)
    {
        if (Refuse() is { } error)
            return Task.FromException<WireConnection>(error);
        var peer = new MemoryPeer();
        _peers.Push(peer);
        peer.Serve(onMessage);
        return Task.FromResult(WireConnection.FromStream(peer.Client, options));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
    }
}
