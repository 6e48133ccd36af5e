using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace AkkaWs.Tests.Support;

/// <summary>Akka.NET's own scheduler, which knows how many timers are set.</summary>
public sealed class CountingScheduler(Config scheduler, ILoggingAdapter log) : SchedulerBase(scheduler, log), IDisposable
{
    private readonly HashedWheelTimerScheduler _wheel = new(scheduler, log);
    private int _set;

    /// <summary>How many timers will still do something.</summary>
    public int Set => Volatile.Read(ref _set);

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => _wheel.MonotonicClock;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => _wheel.HighResMonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => ((ITimeProvider)_wheel).Now;

    private IAdvancedScheduler Wheel => ((IScheduler)_wheel).Advanced;

    /// <inheritdoc/>
    public void Dispose() => _wheel.Dispose();

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        InternalScheduleOnce(delay, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        InternalScheduleRepeatedly(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
    {
        var timer = new SetTimer(this, cancelable);
        Wheel.ScheduleOnce(
            delay,
            () =>
            {
                timer.End();
                action();
            },
            cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
    {
        _ = new SetTimer(this, cancelable);
        Wheel.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => InternalScheduleOnce(delay, action.Run, cancelable);

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        InternalScheduleRepeatedly(initialDelay, interval, action.Run, cancelable);

    /// <summary>From its start until it has fired or is cancelled.</summary>
    private sealed class SetTimer
    {
        private readonly CountingScheduler _owner;
        private int _ended;

        public SetTimer(CountingScheduler owner, ICancelable? cancelable)
        {
            _owner = owner;
            Interlocked.Increment(ref owner._set);
            cancelable?.Token.Register(static timer => ((SetTimer)timer!).End(), this);
        }

        public void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                Interlocked.Decrement(ref _owner._set);
        }
    }
}
