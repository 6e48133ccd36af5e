using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Reading that pauses for want of a credit is looked at four times within MaxStall. A pause that lasted from one look to the next is reported, by the
// topic whose subscriber holds the credits; one that lasted four looks ends the subscriptions that made no progress since.
internal sealed partial class ConnectionActor
{
    private const int LooksPerStall = 4;

    private long? _pauseSeen;
    private int _looks;
    private bool _isStalled;

    // Whose subscriber holds up the reading, where it was found.
    private Topic? _stalledBy;

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
        (_isStalled, _stalledBy) = (false, null);
    }

    private void OnLastingPause()
    {
        if (_looks == 0)
            TellTopics(FindHolder.Instance);
        else if (!_isStalled)
            ReportStall(null);
        if (++_looks % LooksPerStall == 0)
            TellTopics(new FailStuck(new CloseReason(ErrorClass.Lagged, $"it held up the reading for {Readable.Duration(_core.Options.Subscriptions.MaxStall)}")));
    }

    /// <summary>Why responses that may have come are not read at this moment; null: they are.</summary>
    private string? WhyUnread => !_core.Credits.Pauses.Now ? null
        : _stalledBy is { } topic ? $"reading is paused for a slow subscriber of {topic}"
        : "reading is paused for a slow subscriber";

    private void OnTopicHoldsReading(Topic topic)
    {
        if (!_core.Credits.Pauses.Now)
            return;
        if (_isStalled)
            _stalledBy ??= topic; // too late for the report, in time for the requests that time out
        else
            ReportStall(topic);
    }

    private void ReportStall(Topic? by)
    {
        (_isStalled, _stalledBy) = (true, by);
        _log.ReadingStalled(Scope, by);
        Announce(new ReadingStalled(Name, _core.Epoch) { Topic = by });
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
