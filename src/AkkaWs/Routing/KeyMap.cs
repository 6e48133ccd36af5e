using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>Entries by the bytes of their key. Grows as it fills, and never shrinks: whoever adds bounds it.</summary>
/// <remarks>
/// Open addressing over slots that hold a key's first and last sixteen bytes: keys are short, so these words and the length nearly always are all
/// of the key, and finding what it stands for touches no more than its slot.
/// </remarks>
internal sealed class KeyMap
{
    private const int SmallestBits = 1;

    private KeySlot[] _slots = new KeySlot[1 << SmallestBits];

    // How far a hash is shifted, so that its highest bits are the number of a slot.
    private int _shift = 64 - SmallestBits;

    public int Count { get; private set; }

    public KeyEntry? Find(ReadOnlySpan<byte> key) => SlotOf(key).Entry;

    /// <summary>The key's slot; an empty one if it has none. Good until the next change.</summary>
    public ref KeySlot SlotOf(ReadOnlySpan<byte> key) => ref _slots[PlaceOf(Locate(key), key)];

    /// <summary>The slot of a key that was located before.</summary>
    public ref KeySlot SlotOf(in KeyPlace place, ReadOnlySpan<byte> key) => ref _slots[PlaceOf(place, key)];

    /// <summary>Where the search for a key begins. Good until the next change.</summary>
    public KeyPlace Locate(ReadOnlySpan<byte> key)
    {
        var words = new KeyWords(key);
        return new KeyPlace(words, HomeOf(words, key));
    }

    /// <summary>Brings the slot where a search begins into cache.</summary>
    public void Prefetch(in KeyPlace place) => Cache.Prefetch(ref _slots[place.Home]);

    /// <summary>Adds an entry whose key has none yet.</summary>
    public void Add(KeyEntry entry)
    {
        if (++Count > _slots.Length / 2)
            Grow();
        Insert(entry);
    }

    /// <summary>Removes a key's entry, if it has one.</summary>
    public void Remove(ReadOnlySpan<byte> key)
    {
        var mask = _slots.Length - 1;
        var hole = PlaceOf(Locate(key), key);
        if (_slots[hole].Entry is null)
            return;
        Count--;

        // Whoever stands behind the hole and would be looked for from before it, moves into it: a search ends at the first empty slot.
        for (var at = (hole + 1) & mask; _slots[at].Entry is { } next; at = (at + 1) & mask)
        {
            var home = HomeOf(_slots[at].Words, next.Key);
            if (((at - home) & mask) < ((at - hole) & mask))
                continue;
            _slots[hole] = _slots[at];
            hole = at;
        }

        _slots[hole] = default;
    }

    /// <summary>Removes the entries that match.</summary>
    public void RemoveWhere(Predicate<KeyEntry> match)
    {
        List<byte[]> keys = [];
        foreach (var slot in _slots)
        {
            if (slot.Entry is { } entry && match(entry))
                keys.Add(entry.Key);
        }

        foreach (var key in keys)
            Remove(key);
    }

    // Where the key's entry stands or, if it has none, the empty slot where the search for it ends.
    private int PlaceOf(in KeyPlace place, ReadOnlySpan<byte> key)
    {
        var slots = _slots;
        var at = place.Home;
        while (slots[at].Entry is { } entry && (slots[at].Words != place.Words || (place.Words.IsPart && !entry.Key.AsSpan().SequenceEqual(key))))
            at = (at + 1) & (slots.Length - 1);
        return at;
    }

    private int HomeOf(KeyWords words, ReadOnlySpan<byte> key) => (int)(words.Hash(key) >> _shift);

    private void Grow()
    {
        var slots = _slots;
        (_slots, _shift) = (new KeySlot[slots.Length * 2], _shift - 1);
        foreach (var slot in slots)
        {
            if (slot.Entry is { } entry)
                Insert(entry);
        }
    }

    private void Insert(KeyEntry entry)
    {
        var words = new KeyWords(entry.Key);
        var at = HomeOf(words, entry.Key);
        while (_slots[at].Entry is not null)
            at = (at + 1) & (_slots.Length - 1);
        _slots[at] = new KeySlot(words, entry);
    }
}

/// <summary>The words of a key, and the number of the slot where the search for it begins.</summary>
internal readonly record struct KeyPlace(KeyWords Words, int Home);

/// <summary>A key's entry, and what of it is looked up with each message.</summary>
internal struct KeySlot(KeyWords words, KeyEntry entry)
{
    public readonly KeyWords Words = words;

    /// <summary>Null in an empty slot.</summary>
    public readonly KeyEntry? Entry = entry;

    /// <summary>The read loops' side of the topic's route; null where nobody subscribes it.</summary>
    public RouteProgress? Progress { get; private set; }

    // −1 before the first look.
    private long _version = -1;

    /// <summary>Looks the route up again if the routes have changed.</summary>
    public void Refresh(RouteTable routes)
    {
        // The version first: a change that comes meanwhile is seen with the next look.
        long version = (uint)routes.Version;
        if (_version == version)
            return;
        Progress = routes.Find(Entry!.Topic)?.Progress;
        _version = version;
    }
}

/// <summary>What a key stands for, and what was found about it at which versions of the routes.</summary>
internal sealed class KeyEntry(byte[] key, Topic topic)
{
    public byte[] Key { get; } = key;

    public Topic Topic { get; } = topic;

    public TopicRoute[] Patterns { get; set; } = [];

    /// <summary>Null before the first look; the routes may change at any moment, so no number is surely an old one.</summary>
    public int? PatternsVersion { get; set; }
}
