using System.Buffers.Binary;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>
/// Remembers which topic and route the bytes of a key stand for, so that a known topic costs one look-up and no string. Bounded; used by one
/// read loop.
/// </summary>
internal sealed class KeyTable(RouteTable routes, ProtocolHandler handler, int capacity)
{
    private readonly Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> _entries =
        new Dictionary<byte[], Entry>(Utf8KeyComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly Dictionary<Topic, byte[]> _learned = [];

    /// <summary>The route of a key's topic, or null where nobody subscribes it.</summary>
    public TopicRoute? Route(ReadOnlySpan<byte> key) => Find(key)?.Route;

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

    /// <summary>The topic that a key stands for.</summary>
    public Topic Topic(ReadOnlySpan<byte> key) => Find(key)?.Topic ?? handler.TopicOf(key);

    /// <summary>Whether anyone can name the topic of a key: the handler, or what was learnt.</summary>
    public bool HasName(ReadOnlySpan<byte> key) => Find(key) is not null;

    /// <summary>From now on a key stands for this topic, whatever the handler says; an earlier key that was learnt for the topic is forgotten.</summary>
    public void Learn(ReadOnlySpan<byte> key, Topic topic)
    {
        if (_learned.Remove(topic, out var earlier))
            _entries.Remove(earlier);
        if (_entries.Dictionary.Count >= capacity)
            ForgetDeserted();
        _entries[key] = new Entry(topic, routes.Version - 1);
        _learned[topic] = key.ToArray();
    }

    private void ForgetDeserted()
    {
        foreach (var topic in _learned.Keys.Where(topic => routes.Find(topic) is null).ToList())
        {
            _learned.Remove(topic, out var key);
            _entries.Remove(key);
        }
    }

    private Entry? Find(ReadOnlySpan<byte> key)
    {
        var version = routes.Version;
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Dictionary.Count >= capacity)
                return FindUnremembered(key, version);
            var topic = handler.TopicOf(key);
            if (topic == default)
                return null;
            entry = new Entry(topic, version - 1);
            _entries[key] = entry;
        }

        if (entry.Version != version)
        {
            entry.Route = routes.Find(entry.Topic);
            entry.Version = version;
        }

        return entry;
    }

    private Entry? FindUnremembered(ReadOnlySpan<byte> key, int version)
    {
        var topic = handler.TopicOf(key);
        return topic == default ? null : new Entry(topic, version) { Route = routes.Find(topic) };
    }

    private sealed class Entry(Topic topic, int version)
    {
        public Topic Topic { get; } = topic;

        public TopicRoute? Route { get; set; }

        public int Version { get; set; } = version;

        public TopicRoute[] Patterns { get; set; } = [];

        public int PatternsVersion { get; set; } = version - 1;
    }

    private sealed class Utf8KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        private static readonly ulong Seed = (ulong)System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue) << 16 | 1;

        public static Utf8KeyComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        // Eight bytes a step with a seeded multiply-and-fold: keys are short, and the table is bounded.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = Seed ^ (ulong)alternate.Length;
            while (alternate.Length >= sizeof(ulong))
            {
                hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(alternate));
                alternate = alternate[sizeof(ulong)..];
            }

            ulong tail = 0;
            foreach (var b in alternate)
                tail = tail << 8 | b;
            hash = Mix(hash ^ tail);
            return (int)(hash ^ hash >> 32);
        }

        private static ulong Mix(ulong value)
        {
            var high = Math.BigMul(value, 0x9E3779B97F4A7C15, out var low);
            return high ^ low;
        }
    }
}
