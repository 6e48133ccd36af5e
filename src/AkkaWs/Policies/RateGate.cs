using System.Diagnostics.CodeAnalysis;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>Who passes a gate first.</summary>
internal enum RateLane
{
    /// <summary>Cancels, pings and logins. They may use what the others must leave (<see cref="RateOptions.Reserve"/>).</summary>
    Urgent,

    /// <summary>Orders.</summary>
    Normal,

    /// <summary>Subscriptions.</summary>
    Bulk,

    /// <summary>The rest.</summary>
    Rest,
}

/// <summary>What became of something that wants to pass a gate.</summary>
internal enum RateVerdict
{
    /// <summary>It passes now.</summary>
    Passed,

    /// <summary>It waits for its turn: <c>TryRelease</c> hands it out.</summary>
    Waiting,

    /// <summary>Too many wait already; nothing changed.</summary>
    Rejected,
}

/// <summary>
/// A token bucket with priorities: within a lane first in, first out; a lane passes only when none above it waits. In any stretch of time t at
/// most <c>Burst + Limit · t / Interval</c> pass. Pure: time comes in as an argument and never goes back.
/// </summary>
internal sealed class RateGate<T>(RateOptions options)
{
    private const int Lanes = 4;

    // The lanes, and behind them those of what is held.
    private readonly LinkedList<T>[] _lanes = [new(), new(), new(), new(), new(), new(), new(), new()];
    private RateOptions _options = options;

    // The bucket as a debt (the generic cell rate algorithm): each pass owes Spacing, and a debt of Burst · Spacing is full.
    private long _paidAt = long.MinValue;

    /// <summary>How many wait, in all lanes; what is held among them.</summary>
    public int Waiting
    {
        get
        {
            var waiting = 0;
            foreach (var lane in _lanes)
                waiting += lane.Count;
            return waiting;
        }
    }

    /// <summary>How many were rejected since the gate was made.</summary>
    public long Rejected { get; private set; }

    // Rounded up: the limit is never exceeded by a fraction.
    private long Spacing => _options.Limit is { } limit ? (_options.Interval.Ticks + limit - 1) / limit : 0;

    /// <summary>How many may wait.</summary>
    public int MaxWaiting => _options.MaxWaiting;

    public int WaitingIn(RateLane lane) => _lanes[(int)lane].Count + _lanes[Lanes + (int)lane].Count;

    /// <summary>Whether something is held for this lane or one above.</summary>
    public bool HoldsUpTo(RateLane lane)
    {
        for (var i = 0; i <= (int)lane; i++)
        {
            if (_lanes[Lanes + i].Count > 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether nothing waits and the whole burst is free again: a fresh gate would do as well.</summary>
    public bool IsIdle(TimeSpan now) => Waiting == 0 && _paidAt <= now.Ticks;

    /// <summary>Passes at once, or not at all: also if others wait whose turn is before this one's.</summary>
    public bool TryTake(TimeSpan now, RateLane lane)
    {
        if (IsBehind(lane) || Until(now, lane) > TimeSpan.Zero)
            return false;
        Pass(now);
        return true;
    }

    /// <summary>Passes at once, or waits for its turn. Those of the first lane have as many places of their own: the others never take them.</summary>
    public RateVerdict Offer(TimeSpan now, RateLane lane, T item)
    {
        return TryTake(now, lane) ? RateVerdict.Passed : Wait(lane, item, _lanes[(int)lane]);
    }

    /// <summary>Waits without a turn until <see cref="LetGo"/>; the others pass as if it were not there. It takes a place of those who wait.</summary>
    public RateVerdict Hold(RateLane lane, T item) => Wait(lane, item, _lanes[Lanes + (int)lane]);

    /// <summary>What was held takes its turn from now on, each in its lane.</summary>
    public void LetGo()
    {
        for (var i = 0; i < Lanes; i++)
            Move(_lanes[Lanes + i], _lanes[i]);
    }

    /// <summary>Has everything that waits, or is held, do so at another gate.</summary>
    public void MoveTo(RateGate<T> other)
    {
        for (var i = 0; i < _lanes.Length; i++)
            Move(_lanes[i], other._lanes[i]);
    }

    private static void Move(LinkedList<T> from, LinkedList<T> to)
    {
        while (from.First is { } item)
        {
            from.RemoveFirst();
            to.AddLast(item);
        }
    }

    private RateVerdict Wait(RateLane lane, T item, LinkedList<T> waiting)
    {
        if ((lane == RateLane.Urgent ? WaitingIn(lane) : Waiting) >= _options.MaxWaiting)
        {
            Rejected++;
            return RateVerdict.Rejected;
        }

        waiting.AddLast(item);
        return RateVerdict.Waiting;
    }

    /// <summary>Hands out the next that may pass. Call until false; then again after <see cref="NextAvailable"/>.</summary>
    public bool TryRelease(TimeSpan now, [MaybeNullWhen(false)] out T item) => TryRelease(now, RateLane.Rest, out item);

    /// <summary>Hands out the next that may pass, if it stands in <paramref name="upTo"/> or a lane above.</summary>
    public bool TryRelease(TimeSpan now, RateLane upTo, [MaybeNullWhen(false)] out T item)
    {
        item = default;
        if (FirstLane() is not { } lane || lane > upTo || Until(now, lane) > TimeSpan.Zero)
            return false;
        item = _lanes[(int)lane].First!.Value;
        _lanes[(int)lane].RemoveFirst();
        Pass(now);
        return true;
    }

    /// <summary>How long until the next that waits may pass; zero: now; null: nothing waits that is not held.</summary>
    public TimeSpan? NextAvailable(TimeSpan now) => FirstLane() is { } lane ? Until(now, lane) : null;

    /// <summary>How long until the last of the first lane passes, at most; zero: none waits there.</summary>
    public TimeSpan UntilLastUrgent(TimeSpan now) =>
        _lanes[0].Count == 0 ? TimeSpan.Zero : Until(now, RateLane.Urgent) + TimeSpan.FromTicks(Spacing * (_lanes[0].Count - 1));

    /// <summary>All that wait, in the order of their lanes; behind them what is held.</summary>
    public IEnumerable<T> All => _lanes.SelectMany(lane => lane);

    /// <summary>Takes out what is no longer wanted: cancelled or expired, it must not use up a turn.</summary>
    public IReadOnlyList<T> RemoveAll(Predicate<T> match)
    {
        var removed = new List<T>();
        foreach (var lane in _lanes)
        {
            for (var node = lane.First; node is not null;)
            {
                var next = node.Next;
                if (match(node.Value))
                {
                    removed.Add(node.Value);
                    lane.Remove(node);
                }

                node = next;
            }
        }

        return removed;
    }

    /// <summary>Holds from now on the stricter of two sets of figures, each on its own. What was let through already counts on.</summary>
    public void Tighten(RateOptions other)
    {
        var before = Spacing;
        var own = _options;
        _options = other;
        var slower = Spacing > before ? other : own;
        _options = slower with
        {
            Burst = own.Limit is null ? other.Burst : other.Limit is null ? own.Burst : Math.Min(own.Burst, other.Burst),
            MaxWaiting = Math.Min(own.MaxWaiting, other.MaxWaiting),
        };
        _options = _options with { Reserve = Math.Min(_options.Reserve, _options.Burst - 1) };
    }

    private bool IsBehind(RateLane lane)
    {
        for (var i = 0; i <= (int)lane; i++)
        {
            if (_lanes[i].Count > 0)
                return true;
        }

        return false;
    }

    private RateLane? FirstLane()
    {
        var first = Array.FindIndex(_lanes, 0, Lanes, lane => lane.Count > 0);
        return first < 0 ? null : (RateLane)first;
    }

    /// <summary>How long until one of a lane may pass, were it the next; zero: now.</summary>
    public TimeSpan Until(TimeSpan now, RateLane lane)
    {
        if (_options.Limit is null)
            return TimeSpan.Zero;
        var usable = _options.Burst - (lane == RateLane.Urgent ? 0 : _options.Reserve);
        var debt = Math.Max(_paidAt, now.Ticks) - now.Ticks;
        return TimeSpan.FromTicks(Math.Max(0, debt + Spacing - usable * Spacing));
    }

    private void Pass(TimeSpan now)
    {
        if (_options.Limit is not null)
            _paidAt = Math.Max(_paidAt, now.Ticks) + Spacing;
    }
}
