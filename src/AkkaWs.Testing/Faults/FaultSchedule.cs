namespace AkkaWs.Testing;

/// <summary>How many bytes of each direction have gone by, passed on or swallowed.</summary>
internal readonly record struct BytePosition(long ToClient, long ToServer);

/// <summary>What is to be done with one direction of a connection now.</summary>
internal enum LaneAction
{
    /// <summary>Nothing until <see cref="LaneStep.Until"/>, or until something changes.</summary>
    Wait,

    /// <summary>Pass on the first bytes that are held.</summary>
    Pass,

    /// <summary>Let the first bytes that are held vanish.</summary>
    Drop,

    /// <summary>Make a fault happen that is over at once.</summary>
    Perform,

    /// <summary>Tell the receiver that the stream ended.</summary>
    End,
}

internal readonly record struct LaneStep(LaneAction Action, int Length = 0, TimeSpan? Until = null, Fault? Fault = null);

/// <summary>Decides, byte by byte and moment by moment, what becomes of one direction of a connection. Takes the time as an argument and touches no socket.</summary>
internal sealed class FaultSchedule(FaultDirection direction, Random random)
{
    private const int PiecesPerSecond = 10;

    private readonly Lock _gate = new();
    private readonly List<PlannedFault> _planned = [];
    private readonly List<BegunFault> _begun = [];
    private TimeSpan _throttledUntil;
    private bool _hasHole;

    internal void Add(IEnumerable<Fault> faults, TimeSpan now, BytePosition at)
    {
        lock (_gate)
        {
            _planned.AddRange(faults.Where(IsMine).Select(fault => new PlannedFault(
                fault, now + fault.After, new BytePosition(at.ToClient + fault.AfterBytesToClient, at.ToServer + fault.AfterBytesToServer))));
        }
    }

    /// <summary>Forgets all faults, and tells whether the stream can no longer be made whole.</summary>
    internal bool Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
            _begun.Clear();
            return _hasHole;
        }
    }

    /// <summary>The next step. While a write is under way, and once the stream is over, only a reset may happen (<paramref name="onlyReset"/>).</summary>
    internal LaneStep Next(TimeSpan now, BytePosition at, HeldBytes held, bool isPeerGone, bool onlyReset)
    {
        lock (_gate)
        {
            if (_begun.RemoveAll(begun => begun.EndsAt <= now && begun.Fault is SwallowFault) > 0 && _hasHole)
                return new(LaneAction.Perform, Fault: new ResetFault());
            _begun.RemoveAll(begun => begun.EndsAt <= now);
            while (_planned.Find(planned => planned.IsDue(now, at) && (!onlyReset || planned.Fault is ResetFault)) is { } due)
            {
                _planned.Remove(due);
                if (!due.Fault.Lasts)
                    return new(LaneAction.Perform, Fault: due.Fault);
                _begun.Add(new BegunFault(due.Fault, now + due.Fault.Duration));
            }

            return onlyReset ? new(LaneAction.Wait, Until: NextTime(now)) : NextOfStream(now, at, held, isPeerGone);
        }
    }

    /// <summary>Takes note that so many bytes were passed.</summary>
    internal void Passed(int count, TimeSpan now)
    {
        lock (_gate)
        {
            if (Rate() is { } rate)
                _throttledUntil = now + TimeSpan.FromSeconds((double)count / rate);
        }
    }

    private LaneStep NextOfStream(TimeSpan now, BytePosition at, HeldBytes held, bool isPeerGone)
    {
        var swallows = _begun.Exists(begun => begun.Fault is SwallowFault);
        // The end is looked at first: bytes are added before it.
        var hasEnded = held.HasEnded;
        if (held.First is not { } first)
        {
            _hasHole |= hasEnded && swallows;
            return hasEnded && (!swallows || isPeerGone) ? new(LaneAction.End) : new(LaneAction.Wait, Until: NextTime(now));
        }

        var length = (int)Math.Min(first.Bytes.Length, UntilNextByte(at));
        if (swallows)
        {
            _hasHole = true;
            return new(LaneAction.Drop, length);
        }

        var due = first.ArrivedAt + Delay(first);
        if (Rate() is { } rate)
        {
            length = Math.Min(length, Math.Max(1, rate / PiecesPerSecond));
            due = due > _throttledUntil ? due : _throttledUntil;
        }

        return due > now ? new(LaneAction.Wait, Until: Earlier(due, NextTime(now))) : new(LaneAction.Pass, length);
    }

    private bool IsMine(Fault fault) => fault is ResetFault
        ? direction == (fault is { AfterBytesToServer: > 0, AfterBytesToClient: 0 } ? FaultDirection.ToServer : FaultDirection.ToClient)
        : fault.Direction.HasFlag(direction);

    private long UntilNextByte(BytePosition at) => _planned
        .Select(planned => Mine(planned.From) - Mine(at))
        .Where(bytes => bytes > 0)
        .DefaultIfEmpty(long.MaxValue)
        .Min();

    private long Mine(BytePosition position) => direction == FaultDirection.ToClient ? position.ToClient : position.ToServer;

    private TimeSpan? NextTime(TimeSpan now) => _planned
        .Select(planned => (TimeSpan?)planned.At)
        .Concat(_begun.Select(begun => begun.EndsAt))
        .Where(time => time > now)
        .Min();

    private TimeSpan Delay(HeldChunk chunk) => _begun
        .Select(begun => begun.Fault)
        .OfType<DelayFault>()
        .Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay.Time + (delay.Jitter * (chunk.Chance ??= random.NextDouble())));

    private int? Rate() => _begun.Select(begun => begun.Fault).OfType<ThrottleFault>().Min(throttle => (int?)throttle.BytesPerSecond);

    private static TimeSpan Earlier(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;

    private sealed record PlannedFault(Fault Fault, TimeSpan At, BytePosition From)
    {
        internal bool IsDue(TimeSpan now, BytePosition at) => now >= At && at.ToClient >= From.ToClient && at.ToServer >= From.ToServer;
    }

    private sealed record BegunFault(Fault Fault, TimeSpan? EndsAt);
}
