using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Hosting;

/// <summary>
/// The connections that the host's factory opened and nobody has closed. One that ended stays until its name is used again, since its client may open it
/// again; of these the last <see cref="MaxEnded"/>. Thread-safe.
/// </summary>
internal sealed class OpenedConnections
{
    public const int MaxEnded = 256;

    private readonly Lock _lock = new();
    private readonly List<WebSocketClient> _all = [];

    /// <summary>Those that there are at this moment, in the order of their opening.</summary>
    public IReadOnlyList<WebSocketClient> Current
    {
        get
        {
            lock (_lock)
                return [.. _all.Where(client => !IsClosedByOwner(client))];
        }
    }

    public static bool IsClosedByOwner(WebSocketClient client) =>
        client.Handle.IsLetGo || (client.State == ConnectionState.Closed && client.Handle.Current.Reason == CloseReason.Requested);

    public void Add(WebSocketClient client)
    {
        lock (_lock)
        {
            _all.RemoveAll(other => other.Name == client.Name);
            var ended = _all.Where(other => other.State == ConnectionState.Closed).OrderByDescending(IsClosedByOwner); // those first
            foreach (var forgotten in ended.SkipLast(MaxEnded).ToList())
                _all.Remove(forgotten);
            _all.Add(client);
        }
    }
}
