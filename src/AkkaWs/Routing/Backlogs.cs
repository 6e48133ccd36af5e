using System.Collections.Concurrent;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>What waits unread for one subscription, as its connection sees it. Thread-safe.</summary>
internal interface IBacklog
{
    /// <summary>What waits.</summary>
    Unread Measure();

    /// <summary>Ends the subscription if anything waits, because what waits for all of the connection is more than this.</summary>
    void GiveWay(long maxBytes);
}

/// <summary>
/// What waits unread for the subscriptions of a connection, all together: bounded. Those that hold up the reading instead are not part of it. Thread-safe.
/// </summary>
internal sealed class Backlogs
{
    // A group that waits as it was received keeps the buffer alive that it lies in: so many of them at most, on each side and together.
    private const int MostSlicesEach = 16;
    private const int MostSlices = 1_024;

    private readonly ConcurrentDictionary<IBacklog, IReadOnlyList<Topic>> _all = new();
    private int _count;
    private int _slicesEach = MostSlicesEach;
    private long _bytes;
    private long _maxBytes = long.MaxValue;

    /// <summary>How many bytes of payload may wait.</summary>
    public long MaxBytes
    {
        get => Volatile.Read(ref _maxBytes);
        set => Volatile.Write(ref _maxBytes, value);
    }

    /// <summary>How many bytes of payload wait.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How many groups may wait for one subscription as they were received; further ones are copied out of what they would keep alive.</summary>
    public int SlicesEach => Volatile.Read(ref _slicesEach);

    /// <summary>A subscription has come.</summary>
    public void Add(IBacklog backlog, IReadOnlyList<Topic> topics)
    {
        if (_all.TryAdd(backlog, topics))
            ShareSlices(Interlocked.Increment(ref _count));
    }

    /// <summary>It has ended; what waited for it was counted off before.</summary>
    public void Remove(IBacklog backlog)
    {
        if (_all.TryRemove(backlog, out _))
            ShareSlices(Interlocked.Decrement(ref _count));
    }

    /// <summary>So many bytes more wait, or fewer.</summary>
    /// <returns>Whether they are too many now: <see cref="Relieve"/> is due, outside of any lock.</returns>
    public bool Count(long bytes) => bytes != 0 && Interlocked.Add(ref _bytes, bytes) > MaxBytes && bytes > 0;

    /// <summary>What waits for all of them, those that hold up the reading too; its age is that of the one furthest behind.</summary>
    public Unread Sum()
    {
        var sum = default(Unread);
        foreach (var (backlog, _) in _all)
        {
            var unread = backlog.Measure();
            sum = new Unread(sum.Updates + unread.Updates, sum.Bytes + unread.Bytes, unread.Age > sum.Age ? unread.Age : sum.Age);
        }

        return sum;
    }

    /// <summary>The first few of those for whom something waits, the one furthest behind first.</summary>
    public IReadOnlyList<SubscriptionBacklog> Furthest(int most) =>
    [
        .. _all.Select(pair => (Topics: pair.Value, Unread: pair.Key.Measure()))
            .Where(one => one.Unread.Updates > 0)
            .OrderByDescending(one => one.Unread.Age)
            .Take(most)
            .Select(one => new SubscriptionBacklog(one.Topics, one.Unread.Updates, one.Unread.Bytes, one.Unread.Age)),
    ];

    /// <summary>Ends subscriptions, the one furthest behind first, until no more wait than may.</summary>
    public void Relieve()
    {
        foreach (var backlog in _all.Keys.OrderByDescending(one => one.Measure().Age))
        {
            if (Bytes <= MaxBytes)
                return;
            backlog.GiveWay(MaxBytes);
        }
    }

    private void ShareSlices(int subscriptions) => Volatile.Write(ref _slicesEach, Math.Clamp(MostSlices / Math.Max(subscriptions, 1), 1, MostSlicesEach));
}
