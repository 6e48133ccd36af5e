using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>What a heartbeat calls for.</summary>
internal enum HeartbeatAction
{
    /// <summary>Nothing now.</summary>
    None,

    /// <summary>Send a ping: <see cref="HeartbeatPolicy.BeginPing"/> numbers it.</summary>
    SendPing,

    /// <summary>More pongs in a row are missing than are allowed: the connection is lost.</summary>
    MissedPong,

    /// <summary>A ping could not even be written in the time that its pong would have had: the connection is lost.</summary>
    StalledWrite,

    /// <summary>Nothing was received for the idle timeout: the connection is lost.</summary>
    Idle,
}

/// <summary>
/// Tells a live connection from a dead one. A pong's deadline counts from its ping's write, never from the last pong; data that comes meanwhile extends it, within
/// bounds; it stands still while reading is paused, since the pong may lie unread. Pure: time comes in as an argument. One instance serves one physical connection.
/// </summary>
/// <remarks>
/// The owner calls <see cref="Check"/>, does what it says, and calls it again after <see cref="NextCheck"/> or any event. A pong with its
/// ping's number answers that ping and all before it (RFC 6455 section 5.5.3); one without answers all that were written.
/// </remarks>
internal sealed class HeartbeatPolicy(HeartbeatOptions options, TimeSpan startedAt)
{
    // RFC 6298 section 2: a new sample has an eighth of the weight.
    private const int Smoothing = 8;

    // A check that comes later than this was held up, and so was the reader: the process was paused.
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(250);

    // The reader gets as long before anything is decided, but no longer than this.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeastExtension = TimeSpan.FromSeconds(60);

    private readonly Queue<Ping> _outstanding = new();
    private long _lastNumber;
    private TimeSpan _nextPingAt = startedAt + options.PingInterval;
    private TimeSpan _lastReceivedAt = startedAt;
    private TimeSpan _lastDataAt = startedAt;
    private TimeSpan? _unansweredSince;
    private TimeSpan? _readerTurnUntil;
    private Unwritten? _unwritten;

    /// <summary>The round-trip time of the last pong that could be matched with its ping; null before the first.</summary>
    public TimeSpan? LastRoundTrip { get; private set; }

    /// <summary>The smoothed round-trip time; null before the first.</summary>
    public TimeSpan? SmoothedRoundTrip { get; private set; }

    /// <summary>How many pongs in a row are missing.</summary>
    public int Missed { get; private set; }

    /// <summary>Whether reading is paused, and with it every deadline.</summary>
    public bool IsPaused { get; private set; }

    private bool Pings => options.PingInterval > TimeSpan.Zero;

    /// <summary>Other times from now on; a ping that is under way keeps its deadline.</summary>
    public void Change(HeartbeatOptions changed, TimeSpan now)
    {
        options = changed;
        _nextPingAt = Sooner(_nextPingAt, now + changed.PingInterval)!.Value;
    }

    /// <summary>What is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="late">How much later than planned the check comes. One that was held up gives the reader as long a turn first, at most 1 s, once until something is received.</param>
    public HeartbeatAction Check(TimeSpan now, TimeSpan late = default)
    {
        if (late > Punctual && _readerTurnUntil is null && now >= NextLoss)
            _readerTurnUntil = now + Sooner(Sooner(late, LongestTurn), options.PongTimeout);
        if (!IsPaused && !(now < _readerTurnUntil))
        {
            while (_outstanding.TryPeek(out var oldest) && now >= DeadlineOf(oldest))
            {
                _outstanding.Dequeue();
                Missed++;
            }

            if (Missed > options.MissedPongsAllowed)
                return HeartbeatAction.MissedPong;
            if (now >= _unwritten?.Deadline)
                return HeartbeatAction.StalledWrite;
            if (now - _lastReceivedAt >= options.IdleTimeout)
                return HeartbeatAction.Idle;
        }

        return Pings && _unwritten is null && now >= _nextPingAt ? HeartbeatAction.SendPing : HeartbeatAction.None;
    }

    /// <summary>How long until <see cref="Check"/> may have something to say; null: never, unless an event comes first.</summary>
    public TimeSpan? NextCheck(TimeSpan now)
    {
        TimeSpan? next = Pings && _unwritten is null ? _nextPingAt : null;
        if (!IsPaused)
            next = Sooner(next, NextLoss < _readerTurnUntil ? _readerTurnUntil : NextLoss);
        return next is not { } at ? null : at > now ? at - now : TimeSpan.Zero;
    }

    // When the connection counts as lost, or a pong as missing, if nothing happens before.
    private TimeSpan? NextLoss
    {
        get
        {
            TimeSpan? next = _outstanding.TryPeek(out var oldest) ? DeadlineOf(oldest) : null;
            next = Sooner(next, _unwritten?.Deadline);
            return Sooner(next, options.IdleTimeout is { } idle ? _lastReceivedAt + idle : null);
        }
    }

    /// <summary>The server may be gone: a ping is due now, unless one is on its way.</summary>
    public void Suspect(TimeSpan now)
    {
        if (_outstanding.Count == 0)
            _nextPingAt = Sooner(_nextPingAt, now)!.Value;
    }

    /// <summary>A ping goes to the write queue. Only one waits there at a time.</summary>
    /// <returns>Its number, from 1.</returns>
    public long BeginPing(TimeSpan now)
    {
        _unwritten = new Unwritten(++_lastNumber, now + options.PongTimeout);
        return _lastNumber;
    }

    /// <summary>A ping was written: its pong is due from now. One of an unknown number changes nothing.</summary>
    public void Written(long number, TimeSpan now)
    {
        if (_unwritten is not { } ping || ping.Number != number)
            return;
        _unwritten = null;
        _nextPingAt = now + options.PingInterval;
        _unansweredSince ??= now;
        _outstanding.Enqueue(new Ping(number, now, now + options.PongTimeout, Measurable: !IsPaused));
    }

    /// <summary>A pong came.</summary>
    /// <param name="now">The time.</param>
    /// <param name="number">The number of the ping that it answers; null if it does not tell.</param>
    /// <returns>The round-trip time; null if it could not be measured.</returns>
    public TimeSpan? PongReceived(TimeSpan now, long? number = null)
    {
        TimeSpan? roundTrip = null;
        Hear(now);
        if (number is null || _outstanding.Any(ping => ping.Number == number))
            Missed = 0;
        var alone = _outstanding.Count == 1;
        while (_outstanding.TryPeek(out var ping) && !(ping.Number > number))
        {
            _outstanding.Dequeue();
            // Without a number, which of several pings was answered cannot be told (Karn's rule).
            if (ping.Measurable && (number is null ? alone : ping.Number == number))
                roundTrip = Measure(now > ping.WrittenAt ? now - ping.WrittenAt : TimeSpan.Zero);
        }

        _unansweredSince = _outstanding.TryPeek(out var unanswered) ? unanswered.WrittenAt : null;
        return roundTrip;
    }

    /// <summary>Something was received that is no pong; only the latest time counts.</summary>
    public void Received(TimeSpan at)
    {
        Hear(at);
        _lastDataAt = at > _lastDataAt ? at : _lastDataAt;
    }

    /// <summary>Reading pauses: what the peer sends can't be seen, so its silence means nothing.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Reading goes on. Each deadline starts anew: what came meanwhile must be read first.</summary>
    public void Resume(TimeSpan now)
    {
        if (!IsPaused)
            return;
        IsPaused = false;
        Received(now);
        if (_unwritten is { } waiting)
            _unwritten = waiting with { Deadline = now + options.PongTimeout };
        for (var i = _outstanding.Count; i > 0; i--)
            _outstanding.Enqueue(_outstanding.Dequeue() with { Deadline = now + options.PongTimeout, Measurable = false });
    }

    private void Hear(TimeSpan at)
    {
        if (at > _lastReceivedAt)
            (_lastReceivedAt, _readerTurnUntil) = (at, null);
    }

    private TimeSpan DeadlineOf(Ping ping)
    {
        var longest = 3 * (options.PingInterval + options.PongTimeout);
        var extended = _lastDataAt + options.PongTimeout;
        var most = (_unansweredSince ?? ping.WrittenAt) + (options.MaxExtension ?? (longest > LeastExtension ? longest : LeastExtension));
        extended = extended < most ? extended : most;
        return extended > ping.Deadline ? extended : ping.Deadline;
    }

    private TimeSpan Measure(TimeSpan sample)
    {
        LastRoundTrip = sample;
        SmoothedRoundTrip = SmoothedRoundTrip is { } smoothed ? smoothed + (sample - smoothed) / Smoothing : sample;
        return sample;
    }

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private readonly record struct Unwritten(long Number, TimeSpan Deadline);

    private readonly record struct Ping(long Number, TimeSpan WrittenAt, TimeSpan Deadline, bool Measurable);
}
