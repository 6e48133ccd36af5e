using System.Diagnostics.CodeAnalysis;
using AkkaWs.Primitives;

namespace AkkaWs.Policies;

/// <summary>Where the update of each key waits, per topic. Holds no more keys than updates wait.</summary>
internal sealed class ConflationIndex
{
    private const int EmptyLanesKept = 1_024;

    private readonly Dictionary<Topic, Lane> _lanes = [];

    public bool TryFind(Topic topic, ReadOnlySpan<byte> key, out long position)
    {
        position = -1;
        if (!_lanes.TryGetValue(topic, out var lane))
            return false;
        if (key.IsEmpty)
            position = lane.Whole;
        else if (!lane.Find(key, out position))
            position = -1;
        return position >= 0;
    }

    /// <summary>Notes that the update of a key waits at <paramref name="position"/>.</summary>
    /// <returns>The key, to be removed with the update; null for the topic's own.</returns>
    public byte[]? Add(Topic topic, ReadOnlySpan<byte> key, long position)
    {
        if (!_lanes.TryGetValue(topic, out var lane))
            _lanes[topic] = lane = new Lane();
        if (key.IsEmpty)
        {
            lane.Whole = position;
            return null;
        }

        return lane.Put(key, position);
    }

    /// <summary>The update of a key waits no longer, unless a newer one does elsewhere.</summary>
    public void Remove(Topic topic, byte[]? key, long position)
    {
        if (!_lanes.TryGetValue(topic, out var lane))
            return;
        if (key is null && lane.Whole == position)
            lane.Whole = -1;
        else if (key is not null)
            lane.Drop(key, position);
        if (_lanes.Count > EmptyLanesKept && lane.IsEmpty)
            _lanes.Remove(topic);
    }

    /// <summary>What follows a marker must not take the place of what stands before it.</summary>
    public void Forget(Topic topic) => _lanes.Remove(topic);

    private sealed class Lane
    {
        private Dictionary<byte[], long>? _keyed;

        public long Whole { get; set; } = -1;

        public bool IsEmpty => Whole < 0 && _keyed is not { Count: > 0 };

        private Dictionary<byte[], long> Keyed => _keyed ??= new(ByteKeys.Instance);

        public bool Find(ReadOnlySpan<byte> key, out long position) => Keyed.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out position);

        public byte[] Put(ReadOnlySpan<byte> key, long position)
        {
            var own = key.ToArray();
            Keyed[own] = position;
            return own;
        }

        public void Drop(byte[] key, long position)
        {
            if (Keyed.TryGetValue(key, out var latest) && latest == position)
                Keyed.Remove(key);
        }
    }

    private sealed class ByteKeys : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static ByteKeys Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        // The server chooses the keys.
        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)KeyedHash.Of(alternate);
    }
}
