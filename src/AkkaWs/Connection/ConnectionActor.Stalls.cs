using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Reading that pauses for want of a credit is looked at four times within MaxStall. A pause that lasted from one look to the next is told; one that
// lasted four looks ends the subscriptions that made no progress since: they are what holds the credits.
internal sealed partial class ConnectionActor
{
    private const int LooksPerStall = 4;

    private long? _pauseSeen;
    private int _looks;
    private bool _isStalled;

    private void WatchStalls()
    {
        if (_core.Options.Subscriptions.MaxStall is { } most && !Timers.IsTimerActive(nameof(StallLook)))
            Timers.StartPeriodicTimer(nameof(StallLook), StallLook.Instance, most / LooksPerStall);
    }

    private void OnStallLook()
    {
        var (count, paused) = _core.Credits.Pauses;
        if (paused && _pauseSeen == count)
        {
            OnLastingPause();
            return;
        }

        (_pauseSeen, _looks) = (paused ? count : null, 0);
        if (paused)
            TellTopics(MarkProgress.Instance);
        if (_isStalled)
            Announce(new ReadingResumed(Name, _core.Epoch));
        _isStalled = false;
    }

    private void OnLastingPause()
    {
        if (!_isStalled)
            Announce(new ReadingStalled(Name, _core.Epoch));
        _isStalled = true;
        if (++_looks % LooksPerStall == 0)
            TellTopics(new FailStuck(new CloseReason(ErrorClass.Lagged, $"it held up the reading for {Readable.Duration(_core.Options.Subscriptions.MaxStall)}")));
    }

    private void OnSubscriberFailed(ReportSubscriber failure)
    {
        _log.SubscriberThrew(Scope, failure.Error, failure.Topic, failure.Errors);
        Announce(new SubscriberFailed(Name, _core.Epoch, failure.Topic, failure.Error.GetType().Name, failure.Errors));
    }

    private void TellTopics(object message)
    {
        foreach (var route in _core.Routes.All)
            route.Owner.Tell(message);
    }
}
