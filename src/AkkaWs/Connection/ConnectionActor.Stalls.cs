using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Reading that pauses for want of a credit is reported as soon as the credits take more than a moment to come round, by the topic whose subscriber holds
// them. From then on it is looked at four times within MaxStall; the fourth look ends the subscriptions that have not worked off by then what they held at the
// first, those that stand still and those that move too slowly alike.
internal sealed partial class ConnectionActor
{
    private const int LooksPerStall = 4;

    // Credits that come round sooner than that have done no harm that anybody could tell. As long again is given to whoever holds any.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    // Where no stall is too long, looks only tell when one is over.
    private static readonly TimeSpan LookWithoutLimit = TimeSpan.FromSeconds(1);

    // How many credits had come back when reading paused, or at the last look.
    private long _returnedBefore;
    private int _looks;
    private bool _seeksHolder;
    private bool _isStalled;

    // Whose subscriber holds up the reading, where it was found.
    private Topic? _stalledBy;

    private TimeSpan LookInterval => _core.Options.Subscriptions.MaxStall / LooksPerStall ?? LookWithoutLimit;

    private void WatchStalls()
    {
        NoticePause();
        if (!Timers.IsTimerActive(nameof(StallLook)))
            Timers.StartPeriodicTimer(nameof(StallLook), StallLook.Instance, LookInterval);
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
        (_returnedBefore, _seeksHolder) = (_core.Credits.Returned, false);
        Timers.StartSingleTimer(nameof(StallNotice), StallNotice.Instance, Moment);
    }

    // First whether the credits come round slowly, then who has not worked off what it held.
    private void OnStallNotice()
    {
        if (!IsSlow(Moment))
        {
            _seeksHolder = false;
            NoticePause();
        }
        else if (_seeksHolder)
        {
            _looks = 0;
            TellTopics(FindHolder.Instance);
        }
        else
        {
            (_returnedBefore, _seeksHolder) = (_core.Credits.Returned, true);
            TellTopics(new MarkProgress(++_core.StallRound));
            Timers.StartSingleTimer(nameof(StallNotice), StallNotice.Instance, Moment);
        }
    }

    private void OnStallLook()
    {
        LookAtMailboxes();
        if (Timers.IsTimerActive(nameof(StallNotice)))
            return;
        if (!IsSlow(LookInterval))
        {
            OnFlowing();
            return;
        }

        if (!_isStalled)
        {
            // It lasts, and no subscriber has said that it is the one.
            if (_seeksHolder && ++_looks > 1)
                ReportStall(null);
            return;
        }

        _returnedBefore = _core.Credits.Returned;
        if (_stalledBy is null)
            TellTopics(FindHolder.Instance);
        if (++_looks % LooksPerStall == 0)
            EndWhoeverHolds();
    }

    private void OnFlowing()
    {
        if (_isStalled)
            Announce(new ReadingResumed(Name, _core.Epoch));
        (_isStalled, _seeksHolder, _stalledBy) = (false, false, null);
        NoticePause();
    }

    private void EndWhoeverHolds()
    {
        if (_core.Options.Subscriptions.MaxStall is not { } limit)
            return;
        var round = ++_core.StallRound;
        TellTopics(new FailStuck(new CloseReason(ErrorClass.Lagged, $"it held up the reading for {Readable.Duration(limit)}"), round));
        TellTopics(new MarkProgress(round));
        _stalledBy = null;
    }

    // Whether reading pauses, and fewer credits than there are have come back in each moment of this time.
    private bool IsSlow(TimeSpan time)
    {
        var credits = _core.Credits;
        return credits.Pauses.Now && credits.Returned - _returnedBefore < credits.Total * (time / Moment);
    }

    /// <summary>Why responses that may have come are not read at this moment; null: they are.</summary>
    private string? WhyUnread => !_isStalled && !_core.Credits.Pauses.Now ? null
        : _stalledBy is { } topic ? $"reading is paused for a slow subscriber of {topic}"
        : "reading is paused for a slow subscriber";

    private void OnTopicHoldsReading(Topic topic)
    {
        if (_isStalled)
            _stalledBy ??= topic; // too late for the report, in time for the requests that time out
        else if (_core.Credits.Pauses.Now)
            ReportStall(topic);
        else
            NoticePause();
    }

    private void ReportStall(Topic? by)
    {
        (_isStalled, _seeksHolder, _stalledBy, _looks, _returnedBefore) = (true, false, by, 0, _core.Credits.Returned);
        Timers.StartPeriodicTimer(nameof(StallLook), StallLook.Instance, LookInterval);
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
