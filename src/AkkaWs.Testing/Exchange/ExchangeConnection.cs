using System.Collections.Immutable;
using System.Net.WebSockets;

namespace AkkaWs.Testing;

/// <summary>A client's connection to the simulated exchange.</summary>
public sealed class ExchangeConnection : ServerConnection
{
    private ImmutableHashSet<string> _topics = [];
    private volatile bool _isAuthenticated;

    internal ExchangeConnection(ConnectionSeed seed, OutgoingQueue queue)
        : base(seed)
    {
        Queue = queue;
        Path = seed.Context.Request.Path;
        ConnectionId = $"sim{seed.Number:x16}-{seed.Number:x}";
    }

    /// <summary>The id that the exchange names in its answers (<c>conn_id</c>).</summary>
    public string ConnectionId { get; }

    /// <summary>Whether the client logged in on this connection.</summary>
    public bool IsAuthenticated
    {
        get => _isAuthenticated;
        internal set => _isAuthenticated = value;
    }

    /// <summary>What the client is subscribed to on this connection.</summary>
    public IReadOnlySet<string> Topics => Volatile.Read(ref _topics);

    /// <summary>Whether the exchange dropped this client because it did not read.</summary>
    public bool WasTooSlow { get; private set; }

    internal string Path { get; }

    internal OutgoingQueue Queue { get; }

    internal VenueSession? Session { get; set; }

    internal RecentRequests Requests { get; } = new();

    /// <summary>What changes every message before it is queued; null: nothing.</summary>
    internal Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Shape { get; set; }

    /// <summary>The close frame that goes out once all else is written; null: none.</summary>
    internal (WebSocketCloseStatus Status, string Reason)? LastFrame { get; private set; }

    /// <summary>Closes when what is queued by now is written. Called under the exchange's lock.</summary>
    internal void EndWith(WebSocketCloseStatus status, string reason)
    {
        LastFrame ??= (status, reason);
        Queue.End();
    }

    /// <summary>Called under the exchange's lock, as is <see cref="RemoveTopic"/>.</summary>
    internal bool AddTopic(string topic) => Change(_topics.Add(topic));

    internal bool RemoveTopic(string topic) => Change(_topics.Remove(topic));

    /// <summary>Queues a message in order with the others; a client whose queue is full is dropped.</summary>
    internal void Enqueue(ReadOnlyMemory<byte> message)
    {
        if (WasTooSlow || Queue.TryAdd(Shape?.Invoke(message) ?? message))
            return;
        WasTooSlow = true;
        // Elsewhere: what ends with the connection must not run inside the exchange's lock.
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.Drop(), this, preferLocal: false);
    }

    private bool Change(ImmutableHashSet<string> topics)
    {
        var changed = !ReferenceEquals(topics, _topics);
        Volatile.Write(ref _topics, topics);
        return changed;
    }
}
