namespace Akka.Actor;

/// <summary>The receive timeout: started anew by every message that may influence it.</summary>
internal sealed partial class ActorCell
{
    private TimeSpan? _receiveTimeout;
    private ICancelable _receiveTimeoutTimer;

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout <= TimeSpan.Zero)
            throw new ArgumentException("ReceiveTimeout must be positive.", nameof(timeout));
        _receiveTimeout = timeout;
        StopReceiveTimer();
        if (timeout is not null && CurrentMessage is null)
            StartReceiveTimer();
    }

    private void ReceiveTimeoutAfter(object message)
    {
        if (message is INotInfluenceReceiveTimeout && _receiveTimeoutTimer is not null)
            return;
        StopReceiveTimer();
        if (_phase == Phase.Alive)
            StartReceiveTimer();
    }

    private void StartReceiveTimer() => _receiveTimeoutTimer =
        SystemImpl.Scheduler.ScheduleTellOnceCancelable(_receiveTimeout.Value, _self, Akka.Actor.ReceiveTimeout.Instance, _self);

    private void StopReceiveTimer()
    {
        _receiveTimeoutTimer?.Cancel();
        _receiveTimeoutTimer = null;
    }

    private void CancelReceiveTimeout()
    {
        _receiveTimeout = null;
        StopReceiveTimer();
    }
}
