using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>
/// What the read loop needs of a topic, with what the topic's actor tells it. But for that, it is touched within the <see cref="ReadTurn"/> only. Few
/// lines of cache, for it is looked at with each update.
/// </summary>
internal sealed class RouteProgress(TopicRoute route)
{
    private TopicSnapshot? _published;
    private int _handled;

    // The updates of its batch behind the first one, which alone most batches bring where topics are many: the read loop keeps that.
    private TopicUpdate[] _further = [];
    private int _furtherCount;

    public TopicRoute Route { get; } = route;

    /// <summary>The route's.</summary>
    public Topic Topic { get; } = route.Topic;

    /// <summary>Whether it stands for every message, whatever its topic.</summary>
    public bool IsEverything { get; } = route.Topic.IsEverything;

    /// <summary>Published by the topic's actor; null: everything goes through the actor.</summary>
    public TopicSnapshot? Published
    {
        get => Volatile.Read(ref _published);
        set => Volatile.Write(ref _published, value);
    }

    /// <summary>How many groups the topic's actor has handled; the read loop fans out directly only when none is under way, or it would overtake.</summary>
    public int Handled
    {
        get => Volatile.Read(ref _handled);
        set => Volatile.Write(ref _handled, value);
    }

    /// <summary>How many groups were sent to the topic's actor.</summary>
    public int Posted { get; set; }

    /// <summary>The last sequence number given.</summary>
    public long Sequence { get; private set; }

    /// <summary>The batch that this topic was last seen in, counted per physical connection.</summary>
    public long Batch { get; private set; }

    /// <summary>The physical connection of that batch.</summary>
    public Epoch Epoch { get; private set; }

    /// <summary>The venue's number of the last update that was delivered; null where it has none.</summary>
    public long? SourceSequence { get; private set; }

    /// <summary>When the last update that was delivered had been read, in ticks of <c>Stopwatch</c>; 0 before the first.</summary>
    public long ReceivedAt { get; private set; }

    /// <summary>The updates of that batch behind the first one.</summary>
    public ReadOnlySpan<TopicUpdate> Further => _further.AsSpan(0, _furtherCount);

    /// <summary>The snapshot to fan out from now, or null if the topic's actor has to do it.</summary>
    public TopicSnapshot? DirectSnapshot() =>
        Published is { } snapshot && snapshot.Epoch == Epoch && Handled == Posted ? snapshot : null;

    /// <summary>Brings it into cache.</summary>
    public void Prefetch() => Cache.Prefetch(this);

    /// <summary>Makes the topic's next update.</summary>
    public TopicUpdate Next(Topic topic, ReadOnlyMemory<byte> payload, UpdateOrigin origin, long? sourceSequence, long receivedAt) =>
        new(topic, payload, origin, ++Sequence, sourceSequence, receivedAt);

    /// <summary>A batch has brought the topic's first update.</summary>
    public void Begin(long batch, Epoch epoch)
    {
        (Batch, Epoch, _furtherCount) = (batch, epoch, 0);
        Published?.Prefetch();
    }

    /// <summary>That batch has brought one more.</summary>
    public void Add(TopicUpdate update)
    {
        if (_furtherCount == _further.Length)
            Array.Resize(ref _further, Math.Max(4, _furtherCount * 2));
        _further[_furtherCount++] = update;
    }

    /// <summary>The updates of that batch are not delivered: the next ones get their numbers.</summary>
    /// <returns>How many they were.</returns>
    public int TakeBack()
    {
        var count = 1 + _furtherCount;
        Sequence -= count;
        _further.AsSpan(0, _furtherCount).Clear();
        _furtherCount = 0;
        return count;
    }

    /// <summary>The updates of that batch are delivered.</summary>
    public void MarkDelivered(TopicUpdate first)
    {
        var last = _furtherCount == 0 ? first : _further[_furtherCount - 1];
        (SourceSequence, ReceivedAt) = (last.SourceSequence, last.ReceivedAt);
        if (_furtherCount == 0)
            return;
        _further.AsSpan(0, _furtherCount).Clear();
        _furtherCount = 0;
    }
}

/// <summary>The last update of a topic that was delivered to the subscribers of a pattern.</summary>
/// <param name="Epoch">The physical connection that brought it.</param>
/// <param name="Sequence">The venue's number; null where it has none.</param>
/// <param name="ReceivedAt">When it had been read, in ticks of <c>Stopwatch</c>.</param>
internal readonly record struct PatternMark(Epoch Epoch, long? Sequence, long ReceivedAt);
