using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler whose time stands still until a test moves it. What becomes due runs on the thread that moves it, in the order of its due times; a
/// repeating one runs once per move, however far that goes. The monotonic clocks are real ones.
/// </summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Entry, (long Due, long Order)> _entries = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private long _order;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    {
    }

    public IAdvancedScheduler Advanced => this;

    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
                return _now;
        }
    }

    public TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_started);

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    protected DateTimeOffset TimeNow => Now;

    /// <summary>Moves time on and runs what has become due.</summary>
    public void Advance(TimeSpan offset)
    {
        List<Entry> due;
        lock (_lock)
        {
            _now = _now.Add(offset);
            due = TakeDue();
        }

        foreach (var entry in due)
            entry.Run();
    }

    /// <summary>Moves time on to <paramref name="when"/> and runs what has become due.</summary>
    /// <exception cref="InvalidOperationException">That is in the past.</exception>
    public void AdvanceTo(DateTimeOffset when)
    {
        var offset = when - Now;
        if (offset < TimeSpan.Zero)
            throw new InvalidOperationException($"Time cannot be moved back, from {Now:O} to {when:O}.");
        Advance(offset);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        Add(delay, null, null, () => receiver.Tell(message, sender));

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, cancelable, () => receiver.Tell(message, sender));

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        Add(initialDelay, interval, null, () => receiver.Tell(message, sender));

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, cancelable, () => receiver.Tell(message, sender));

    public void ScheduleOnce(TimeSpan delay, Action action) => Add(delay, null, null, action);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, cancelable, action);

    public void ScheduleOnce(TimeSpan delay, IRunnable action) => Add(delay, null, null, action.Run);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => Add(delay, null, cancelable, action.Run);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => Add(initialDelay, interval, null, action);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) => Add(initialDelay, interval, cancelable, action);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) => Add(initialDelay, interval, null, action.Run);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) => Add(initialDelay, interval, cancelable, action.Run);

    private void Add(TimeSpan delay, TimeSpan? interval, ICancelable cancelable, Action action)
    {
        lock (_lock)
            Enqueue(new Entry(action, interval, cancelable), delay);
    }

    private void Enqueue(Entry entry, TimeSpan delay) => _entries.Enqueue(entry, (_now.Add(delay).UtcTicks, _order++));

    private List<Entry> TakeDue()
    {
        var due = new List<Entry>();
        while (_entries.TryPeek(out _, out var at) && at.Due <= _now.UtcTicks)
            due.Add(_entries.Dequeue());
        due.RemoveAll(entry => entry.IsCancelled);
        foreach (var entry in due)
        {
            if (entry.Interval is { } interval)
                Enqueue(entry, interval);
        }

        return due;
    }

    private sealed class Entry(Action action, TimeSpan? interval, ICancelable cancelable)
    {
        public TimeSpan? Interval { get; } = interval;

        public bool IsCancelled => cancelable?.IsCancellationRequested == true;

        public void Run()
        {
            if (!IsCancelled)
                action();
        }
    }
}
