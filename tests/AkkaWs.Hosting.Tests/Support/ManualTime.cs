using System.Threading.Channels;

namespace AkkaWs.Hosting.Tests.Support;

/// <summary>A clock that only a test moves, and that tells of every timer set by it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _running = [];
    private readonly Channel<TimeSpan> _set = Channel.CreateUnbounded<TimeSpan>();
    private readonly Channel<TimeSpan> _read = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            _read.Writer.TryWrite(_now);
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <summary>How far the next timer was set, there already or to come.</summary>
    public ValueTask<TimeSpan> NextTimerAsync(CancellationToken cancellationToken) => _set.Reader.ReadAsync(cancellationToken);

    /// <summary>What the next reading of the clock was, there already or to come.</summary>
    public ValueTask<TimeSpan> NextReadingAsync(CancellationToken cancellationToken) => _read.Reader.ReadAsync(cancellationToken);

    public void ForgetReadings()
    {
        while (_read.Reader.TryRead(out _))
        {
            // Gone.
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _now += by;
            due = _running.FindAll(timer => timer.At <= _now);
            _running.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public TimeSpan At { get; private set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Dispose();
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            lock (time._lock)
            {
                At = time._now + dueTime;
                time._running.Add(this);
            }

            return time._set.Writer.TryWrite(dueTime);
        }

        public void Dispose()
        {
            lock (time._lock)
                time._running.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
