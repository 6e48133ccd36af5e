using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>
/// Remembers which topic and route the bytes of a key stand for, so that a known topic costs one look-up and no string. Bounded: where no more fit,
/// those that nobody subscribes make room. Used by one read loop.
/// </summary>
internal sealed class KeyTable(RouteTable routes, ProtocolHandler handler, int capacity)
{
    // A longer key is named anew with each message: what a server may fill the table with is bounded in bytes too.
    private const int LongestKept = 1_024;

    private readonly KeyMap _entries = new();
    private readonly Dictionary<Topic, byte[]> _learned = [];

    // The version of the routes at which room was sought last, and how many keys found none since.
    private int? _roomSoughtAt;
    private int _turnedAway;

    /// <summary>The route of a key's topic, or null where nobody subscribes it.</summary>
    public TopicRoute? Route(ReadOnlySpan<byte> key) => Progress(key)?.Route;

    /// <summary>The read loops' side of that route.</summary>
    public RouteProgress? Progress(ReadOnlySpan<byte> key)
    {
        ref var slot = ref _entries.SlotOf(key);
        if (slot.Entry is null)
            return ProgressOfUnknown(key);
        slot.Refresh(routes);
        return slot.Progress;
    }

    /// <summary>How many times a key was learnt: what was looked up before may be out of date.</summary>
    public int Learnt { get; private set; }

    /// <summary>Where a key is looked up; what that reads is brought into cache. Good until another key is named or learnt.</summary>
    public KeyPlace Locate(ReadOnlySpan<byte> key)
    {
        var place = _entries.Locate(key);
        _entries.Prefetch(place);
        return place;
    }

    /// <summary>The read loops' side of the route of a key that is remembered; else null, without asking anyone.</summary>
    /// <param name="place">Where it is looked up.</param>
    /// <param name="key">The key; not needed where its words are all of it.</param>
    public RouteProgress? Remembered(in KeyPlace place, ReadOnlySpan<byte> key)
    {
        ref var slot = ref _entries.SlotOf(place, key);
        if (slot.Entry is null)
            return null;
        slot.Refresh(routes);
        return slot.Progress;
    }

    /// <summary>The routes whose pattern a key's topic matches, and the topic. Matched anew only when subscriptions have changed.</summary>
    public (Topic Topic, TopicRoute[] Routes) Patterns(ReadOnlySpan<byte> key)
    {
        var version = routes.Version;
        var entry = Find(key)!;
        if (entry.PatternsVersion != version)
        {
            entry.Patterns = [.. routes.Patterns.Where(route => route.Topic != entry.Topic && handler.Matches(route.Topic, entry.Topic))];
            entry.PatternsVersion = version;
        }

        return (entry.Topic, entry.Patterns);
    }

    /// <summary>Whether anyone can name the topic of a key: the handler, or what was learnt.</summary>
    public bool HasName(ReadOnlySpan<byte> key) => Find(key) is not null;

    /// <summary>From now on a key stands for this topic, whatever the handler says; an earlier key that was learnt for the topic is forgotten.</summary>
    public void Learn(ReadOnlySpan<byte> key, Topic topic)
    {
        Learnt++;
        if (_learned.Remove(topic, out var earlier))
            Forget(earlier, topic);
        if (_entries.Count >= capacity)
            ForgetDeserted();
        var bytes = key.ToArray();
        _entries.Remove(key);
        _entries.Add(new KeyEntry(bytes, topic));
        _learned[topic] = bytes;
    }

    // Every entry is looked at, so not for each key that finds no room: only where subscriptions have changed since, or as many keys as fit found none.
    private bool TryMakeRoom()
    {
        if (_roomSoughtAt == routes.Version && ++_turnedAway < capacity)
            return false;
        (_roomSoughtAt, _turnedAway) = (routes.Version, 0);
        ForgetDeserted();
        return _entries.Count < capacity;
    }

    private void ForgetDeserted()
    {
        _entries.RemoveWhere(entry => routes.Find(entry.Topic) is null && !Array.Exists(entry.Patterns, pattern => routes.Find(pattern.Topic) == pattern));
        foreach (var topic in _learned.Where(learned => _entries.Find(learned.Value)?.Topic != learned.Key).Select(learned => learned.Key).ToList())
            _learned.Remove(topic);
    }

    // The key may stand for another topic by now.
    private void Forget(ReadOnlySpan<byte> key, Topic topic)
    {
        if (_entries.Find(key)?.Topic == topic)
            _entries.Remove(key);
    }

    private RouteProgress? ProgressOfUnknown(ReadOnlySpan<byte> key) => Name(key) is { } entry ? routes.Find(entry.Topic)?.Progress : null;

    private KeyEntry? Find(ReadOnlySpan<byte> key) => _entries.Find(key) ?? Name(key);

    private KeyEntry? Name(ReadOnlySpan<byte> key)
    {
        var topic = handler.TopicOf(key);
        if (topic == default)
            return null;
        if (key.Length > LongestKept || (_entries.Count >= capacity && !TryMakeRoom()))
            return new KeyEntry([], topic);
        var entry = new KeyEntry(key.ToArray(), topic);
        _entries.Add(entry);
        return entry;
    }
}
