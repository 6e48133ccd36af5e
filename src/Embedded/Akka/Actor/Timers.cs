using Akka.Event;

namespace Akka.Actor;

public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void Cancel(object key);

    void CancelAll();

    bool IsTimerActive(object key);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender);
}

/// <summary>The timers of one instance of an actor. A message of a timer that was cancelled, replaced or of an earlier instance is dropped when it is received.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private Dictionary<object, TimerMessage> _timers;

    public IReadOnlyCollection<object> ActiveTimers => _timers is null ? [] : [.. _timers.Keys];

    public bool IsTimerActive(object key) => _timers?.ContainsKey(key) == true;

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => StartSingleTimer(key, msg, timeout, ActorRefs.NoSender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender)
    {
        var timer = Replace(key, msg, single: true);
        timer.Cancellation = cell.SystemImpl.Scheduler.ScheduleTellOnceCancelable(timeout, cell.Self, timer, sender);
    }

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) => StartPeriodicTimer(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        StartPeriodicTimer(key, msg, initialDelay, interval, ActorRefs.NoSender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender)
    {
        var timer = Replace(key, msg, single: false);
        timer.Cancellation = cell.SystemImpl.Scheduler.ScheduleTellRepeatedlyCancelable(initialDelay, interval, cell.Self, timer, sender);
    }

    public void Cancel(object key)
    {
        if (_timers?.Remove(key, out var timer) == true)
            timer.Cancellation?.Cancel();
    }

    public void CancelAll()
    {
        foreach (var timer in _timers?.Values ?? Enumerable.Empty<TimerMessage>())
            timer.Cancellation?.Cancel();
        _timers = null;
    }

    /// <summary>Whether a timer's message still counts; a single timer ends with it.</summary>
    public bool Accept(TimerMessage timer)
    {
        if (_timers is null || !_timers.TryGetValue(timer.Key, out var active) || active != timer)
            return false;
        if (timer.Single)
            _timers.Remove(timer.Key);
        return true;
    }

    private TimerMessage Replace(object key, object msg, bool single)
    {
        Cancel(key);
        return (_timers ??= [])[key] = new TimerMessage(this, key, msg, single);
    }
}

internal sealed class TimerMessage(TimerScheduler owner, object key, object message, bool single)
    : IAutoReceivedMessage, INoSerializationVerificationNeeded, IWrappedMessage, IDeadLetterSuppression
{
    public object Key => key;

    public object Message => message;

    public bool Single => single;

    public ICancelable Cancellation { get; set; }

    public bool Accept(ActorBase actor) => actor is IWithTimers timed && ReferenceEquals(timed.Timers, owner) && owner.Accept(this);
}
