using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Reading that pauses for want of a credit is reported as soon as it is more than a moment, by the topic whose subscriber holds the credits. It is looked
// at four times within MaxStall; a pause that lasted four looks ends the subscriptions that made no progress since.
internal sealed partial class ConnectionActor
{
    private const int LooksPerStall = 4;

    // Reading that goes on sooner than that has done no harm that anybody could tell.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    // Where no stall is too long, looks only tell when one is over.
    private static readonly TimeSpan LookWithoutLimit = TimeSpan.FromSeconds(1);

    private long? _pauseSeen;
    private long? _pauseNoticed;
    private int _looks;

    // The pause that was reported and is not over.
    private long? _pauseReported;
    private bool _isStalled;

    // Whose subscriber holds up the reading, where it was found.
    private Topic? _stalledBy;

    private void WatchStalls()
    {
        NoticePause();
        if (!Timers.IsTimerActive(nameof(StallLook)))
            Timers.StartPeriodicTimer(nameof(StallLook), StallLook.Instance, _core.Options.Subscriptions.MaxStall / LooksPerStall ?? LookWithoutLimit);
    }

    private void NoticePause()
    {
        if (_isStalled || Timers.IsTimerActive(nameof(StallNotice)))
            return;
        var self = Self;
        _core.Credits.OnNextPause(() => self.Tell(ReadingPaused.Instance, ActorRefs.NoSender));
    }

    private void OnReadingPaused()
    {
        if (_isStalled || Timers.IsTimerActive(nameof(StallNotice)))
            return;
        _pauseNoticed = _core.Credits.Pauses.Count;
        Timers.StartSingleTimer(nameof(StallNotice), StallNotice.Instance, Moment);
    }

    private void OnStallNotice()
    {
        var (count, paused) = _core.Credits.Pauses;
        if (!paused || count != _pauseNoticed)
        {
            NoticePause();
            return;
        }

        // Nobody has given a credit back meanwhile: whoever holds any holds it up.
        TellTopics(MarkProgress.Instance);
        TellTopics(FindHolder.Instance);
    }

    private void OnStallLook()
    {
        var (count, paused) = _core.Credits.Pauses;
        if (_isStalled && !(paused && count == _pauseReported))
        {
            (_isStalled, _stalledBy) = (false, null);
            Announce(new ReadingResumed(Name, _core.Epoch));
        }

        if (paused && _pauseSeen == count)
        {
            OnLastingPause();
            return;
        }

        (_pauseSeen, _looks) = (paused ? count : null, 0);
        if (paused)
            TellTopics(MarkProgress.Instance);
        NoticePause();
    }

    private void OnLastingPause()
    {
        if (_looks == 0)
            TellTopics(FindHolder.Instance);
        else if (!_isStalled)
            ReportStall(null);
        if (++_looks % LooksPerStall == 0 && _core.Options.Subscriptions.MaxStall is not null)
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
        (_isStalled, _stalledBy, _pauseReported) = (true, by, _core.Credits.Pauses.Count);
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
