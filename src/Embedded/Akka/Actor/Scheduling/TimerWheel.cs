using System.Diagnostics;

namespace Akka.Actor;

/// <summary>Something that is to happen later; linked into its bucket of a <see cref="TimerWheel"/>.</summary>
internal abstract class WheelTimer
{
    public WheelTimer NextTimer { get; set; }

    public WheelTimer PreviousTimer { get; set; }

    public long DueTick { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>Whether it will never fire: swept out when its bucket comes by.</summary>
    public virtual bool IsCancelled => false;

    public abstract void Fire();
}

/// <summary>A hashed wheel: adding and removing cost the same however many timers wait. Its thread sleeps while nothing waits; it never fires early.</summary>
internal sealed class TimerWheel(string name, TimeSpan tick, int buckets)
{
    private readonly Lock _gate = new();
    private readonly WheelTimer[] _buckets = new WheelTimer[buckets];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ManualResetEventSlim _awake = new(false);
    private Thread _thread;
    private long _now;
    private int _count;
    private bool _stopped;

    /// <summary>The wheel of the Ask timeouts, which run in real time whatever scheduler a system has.</summary>
    public static TimerWheel Shared { get; } = new("akka-ask", TimeSpan.FromMilliseconds(10), 512);

    public void Add(WheelTimer timer, TimeSpan delay)
    {
        var due = (Stopwatch.GetElapsedTime(_started) + delay).Ticks / tick.Ticks;
        lock (_gate)
        {
            if (_stopped)
                return;
            // Not in the tick that is under way: that would be early.
            Link(timer, due + 1);
        }
    }

    /// <summary>Adds a timer that has fired, an interval after it was due: what a late tick costs is not added up.</summary>
    public void AddAgain(WheelTimer timer, TimeSpan interval)
    {
        lock (_gate)
        {
            if (!_stopped)
                Link(timer, timer.DueTick + Math.Max(1, interval.Ticks / tick.Ticks));
        }
    }

    public void Remove(WheelTimer timer)
    {
        lock (_gate)
        {
            if (timer.IsQueued)
                Unlink(timer);
        }
    }

    /// <summary>Ends the wheel; what waits never fires.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Array.Clear(_buckets);
            _awake.Set();
        }
    }

    private void Link(WheelTimer timer, long dueTick)
    {
        timer.DueTick = Math.Max(dueTick, _now + 1);
        timer.IsQueued = true;
        ref var bucket = ref _buckets[timer.DueTick % _buckets.Length];
        timer.NextTimer = bucket;
        timer.PreviousTimer = null;
        if (bucket is not null)
            bucket.PreviousTimer = timer;
        bucket = timer;
        if (++_count == 1)
            WakeThread();
    }

    private void WakeThread()
    {
        _awake.Set();
        if (_thread is not null)
            return;
        _thread = new Thread(Turn) { IsBackground = true, Name = name };
        _thread.UnsafeStart();
    }

    private void Turn()
    {
        using var pause = new ManualResetEventSlim(false);
        var due = new List<WheelTimer>();
        while (true)
        {
            _awake.Wait();
            lock (_gate)
            {
                if (_stopped)
                    return;
                var target = Stopwatch.GetElapsedTime(_started).Ticks / tick.Ticks;
                Collect(target, due);
                if (_count == 0)
                    _awake.Reset();
            }

            foreach (var timer in due)
                timer.Fire();
            due.Clear();
            pause.Wait(tick);
        }
    }

    private void Collect(long target, List<WheelTimer> due)
    {
        // After a sleep of more than a turn, one turn sees every bucket.
        var first = Math.Max(_now + 1, target - _buckets.Length + 1);
        for (var at = first; at <= target; at++)
        {
            for (var timer = _buckets[at % _buckets.Length]; timer is not null;)
            {
                var next = timer.NextTimer;
                if (timer.IsCancelled)
                {
                    Unlink(timer);
                }
                else if (timer.DueTick <= target)
                {
                    Unlink(timer);
                    due.Add(timer);
                }

                timer = next;
            }
        }

        if (due.Count > 1)
            due.Sort(static (a, b) => a.DueTick.CompareTo(b.DueTick));
        _now = Math.Max(_now, target);
    }

    private void Unlink(WheelTimer timer)
    {
        if (timer.PreviousTimer is null)
            _buckets[timer.DueTick % _buckets.Length] = timer.NextTimer;
        else
            timer.PreviousTimer.NextTimer = timer.NextTimer;
        if (timer.NextTimer is not null)
            timer.NextTimer.PreviousTimer = timer.PreviousTimer;
        timer.NextTimer = null;
        timer.PreviousTimer = null;
        timer.IsQueued = false;
        _count--;
    }
}
