using System.Diagnostics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The default scheduler: real time, in ticks of 10 ms unless configured otherwise.</summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly TimerWheel _wheel;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        var tick = scheduler.GetTimeSpan("akka.scheduler.tick-duration", TimeSpan.FromMilliseconds(10));
        if (tick < TimeSpan.FromMilliseconds(1))
            throw new ArgumentOutOfRangeException(nameof(scheduler), $"akka.scheduler.tick-duration is {tick}; it must be 1 ms or more.");
        _wheel = new TimerWheel("akka-scheduler", tick, Math.Max(1, scheduler.GetInt("akka.scheduler.ticks-per-wheel", 512)));
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => TimeProvider.System.GetUtcNow();

    public void Dispose() => _wheel.Stop();

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(() => receiver.Tell(message, sender), delay, null, cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(() => receiver.Tell(message, sender), initialDelay, interval, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(action, delay, null, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => Add(action.Run, delay, null, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(action, initialDelay, interval, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(action.Run, initialDelay, interval, cancelable);

    private void Add(Action action, TimeSpan delay, TimeSpan? interval, ICancelable cancelable)
    {
        if (cancelable?.IsCancellationRequested == true)
            return;
        _wheel.Add(new Entry(this, action, interval, cancelable), delay);
    }

    private sealed class Entry(HashedWheelTimerScheduler scheduler, Action action, TimeSpan? interval, ICancelable cancelable) : WheelTimer
    {
        public override bool IsCancelled => cancelable?.IsCancellationRequested == true;

        public override void Fire()
        {
            if (IsCancelled)
                return;
            try
            {
                action();
            }
            catch (Exception e)
            {
                // A repeated action that throws is not repeated.
                scheduler.Log.Error(e, "Error while executing scheduled task");
                return;
            }

            if (interval is { } pause)
                scheduler._wheel.AddAgain(this, pause);
        }
    }
}
