using System.Collections.Concurrent;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>The topics that someone subscribes. The connection's actor writes it, the read loop reads it.</summary>
internal sealed class RouteTable
{
    private readonly ConcurrentDictionary<Topic, TopicRoute> _routes = new();
    private TopicRoute? _everything;
    private TopicRoute[] _patterns = [];
    private int _version;

    /// <summary>Grows with each change, so that the read loop knows when what it remembers may be out of date.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The route of those who want every message; null while there are none.</summary>
    public TopicRoute? Everything => Volatile.Read(ref _everything);

    /// <summary>The routes that take the updates of all topics which match theirs. Replaced as a whole, before the version grows.</summary>
    public TopicRoute[] Patterns => Volatile.Read(ref _patterns);

    public ICollection<TopicRoute> All => _routes.Values;

    public TopicRoute? Find(Topic topic) => _routes.GetValueOrDefault(topic);

    public void Add(TopicRoute route)
    {
        _routes[route.Topic] = route;
        if (route.Topic.IsEverything)
            Volatile.Write(ref _everything, route);
        if (route.IsPattern)
            Volatile.Write(ref _patterns, [.. _patterns, route]);
        Interlocked.Increment(ref _version);
    }

    public void Remove(Topic topic)
    {
        if (!_routes.TryRemove(topic, out var route))
            return;
        if (route.IsPattern)
            Volatile.Write(ref _patterns, [.. _patterns.Where(other => other != route)]);
        if (topic.IsEverything)
            Volatile.Write(ref _everything, null);
        Interlocked.Increment(ref _version);
    }
}
