using System.Runtime.InteropServices;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>
/// Updates that wait for a reader who is behind, in a page instead of an object and an array for each: where megabytes survive each collection, its pauses
/// hold up everybody, the readers that keep up too. They become objects again when they are taken. One thread at a time.
/// </summary>
internal sealed class PackedUpdates
{
    // A page of full size is made where the collector does not move it. What is large for it is copied less cheaply than kept.
    private const int FullPage = 64 * 1024;
    private const int Large = FullPage / 4;

    private readonly List<Source> _sources;
    private readonly byte[] _page;
    private int _used;

    private PackedUpdates(int updates, int size)
    {
        _sources = new(updates);
        _page = GC.AllocateUninitializedArray<byte>(size, pinned: size == FullPage);
    }

    /// <summary>How many there are.</summary>
    public int Count => _sources.Count;

    /// <summary>Their payload, in bytes.</summary>
    public long Bytes => _used - (Count * (long)Numbers.Size);

    /// <summary>The first of them: its topic, and when it was read from the socket.</summary>
    public (Topic Topic, long ReceivedAt) Oldest => (_sources[0].Topic, MemoryMarshal.Read<Numbers>(_page).ReceivedAt);

    /// <summary>Begins a page with <paramref name="updates"/>, twice as large as the one before: a reader who is hardly behind costs little.</summary>
    /// <returns>Null: they are too large for a page.</returns>
    public static PackedUpdates? Begin(TopicUpdate[] updates, long bytes, PackedUpdates? before)
    {
        var size = SizeOf(updates, bytes);
        if (size > Large)
            return null;
        var page = new PackedUpdates(before?.Count * 2 ?? updates.Length, Math.Clamp(2 * (before?._page.Length ?? 0), (int)size, FullPage));
        page.Add(updates);
        return page;
    }

    /// <summary>Packs them behind the others.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryAdd(TopicUpdate[] updates, long bytes)
    {
        if (_used + SizeOf(updates, bytes) > _page.Length)
            return false;
        Add(updates);
        return true;
    }

    /// <summary>All of them, as objects. Nothing is added any more.</summary>
    public TopicUpdate[] Unpack()
    {
        var updates = new TopicUpdate[Count];
        var offset = 0;
        for (var i = 0; i < updates.Length; i++)
        {
            var numbers = MemoryMarshal.Read<Numbers>(_page.AsSpan(offset));
            var payload = _page.AsMemory(offset + Numbers.Size, numbers.Length);
            updates[i] = new TopicUpdate(_sources[i].Topic, payload, _sources[i].Origin, numbers.Sequence, numbers.SourceSequence, numbers.ReceivedAt);
            offset += Numbers.Size + numbers.Length;
        }

        return updates;
    }

    private void Add(TopicUpdate[] updates)
    {
        foreach (var update in updates)
        {
            _sources.Add(new Source(update.Topic, update.Origin));
            MemoryMarshal.Write(_page.AsSpan(_used), new Numbers(update.Sequence, update.SourceSequence ?? 0, update.ReceivedAt, update.Payload.Length, update.SourceSequence.HasValue));
            update.Payload.Span.CopyTo(_page.AsSpan(_used + Numbers.Size));
            _used += Numbers.Size + update.Payload.Length;
        }
    }

    private static long SizeOf(TopicUpdate[] updates, long bytes) => bytes + (updates.Length * (long)Numbers.Size);

    private readonly record struct Source(Topic Topic, UpdateOrigin Origin);

    private readonly record struct Numbers(long Sequence, long Source, long ReceivedAt, int Length, bool HasSource)
    {
        public const int Size = 32;

        public long? SourceSequence => HasSource ? Source : null;
    }
}
