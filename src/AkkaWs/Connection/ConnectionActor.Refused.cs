using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// What the server refused, or did not answer in time: its callers hear of it, and what is wished still is asked for again.
internal sealed partial class ConnectionActor
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(100);

    private readonly RetryRounds _refusals = new();
    private readonly RetryRounds _silences = new();

    private void OnConfirmDeadline(OpenData data, ConfirmDeadline deadline)
    {
        foreach (var id in _core.Ledger.Awaited(deadline.Id))
            _core.Requests.AwaitLate(id, _core.Epoch);
        NoteLeft(_core.Ledger.Leaving(deadline.Id));
        var reason = $"no confirmation within {Readable.Duration(_core.Options.Subscriptions.ConfirmTimeout)}";
        List<TopicFailure> failures = [.. _core.Ledger.Expire(deadline.Id).Select(topic => new TopicFailure(topic, reason))];
        _spans.Ended(deadline.Id, null, "timeout");
        Refuse(failures, isNews: failures.Exists(failure => !_core.Ledger.WasConfirmed(failure.Topic) || !_core.Unconfirmed.IsReported(failure.Topic)));
        ScheduleUnanswered();
        LogRestored();
        Reconcile(data);
    }

    private void OnRetryUnanswered(OpenData data)
    {
        _core.Ledger.ReleaseUnanswered();
        ScheduleUnanswered();
        Reconcile(data);
        DrainQueue(data);
    }

    private void ScheduleUnanswered()
    {
        if (!_core.Ledger.HasUnanswered || Timers.IsTimerActive(nameof(RetryUnanswered)))
            return;
        var delay = UnansweredRetry.Delay(_silences.Next(Life, _core.Options.Reconnect.StableAfter));
        Timers.StartSingleTimer(nameof(RetryUnanswered), new RetryUnanswered(_core.Epoch), delay);
    }

    private void OnRetryRefused(OpenData data)
    {
        foreach (var topic in _core.Ledger.Refused)
            _core.Routes.Find(topic)?.Owner.Tell(new AskedAgain(_core.Epoch));
        _core.Ledger.Release();
        Reconcile(data);
        DrainQueue(data);
    }

    // A topic that never was confirmed fails with its callers. One that was is not given up: it is asked for again, ever more slowly; who waits
    // for it hears of the refusal, and gets its updates if a later attempt succeeds.
    private void Refuse(IReadOnlyList<TopicFailure> failures, Exception? cause = null, bool isNews = true)
    {
        if (failures.Count > 0 && isNews)
            _log.TopicsRefused(Scope, failures.Count, failures[0]);
        ReportUnconfirmed(failures.Where(failure => _core.Ledger.WasConfirmed(failure.Topic) && !IsStillDelivered(failure.Topic)));
        foreach (var failure in failures)
        {
            if (_core.Ledger.WasConfirmed(failure.Topic))
                Settle(failure.Topic, failure, cause);
            else
                Forget(failure.Topic, new CloseReason(ErrorClass.SubscriptionRefused, failure.Reason), cause);
        }

        if (_core.Ledger.Refused.Count > 0)
            ScheduleRetry();
    }

    private void ScheduleRetry()
    {
        if (Timers.IsTimerActive(nameof(RetryRefused)))
            return;
        var (options, round) = (_core.Options.Reconnect, _refusals.Next(Life, _core.Options.Reconnect.StableAfter));
        var delay = Backoff.Delay(round, options, _core.Random.NextDouble());
        Timers.StartSingleTimer(nameof(RetryRefused), new RetryRefused(_core.Epoch), Max(delay, ShortestRetry));
    }

    // What waits for its next round is not settled, and neither is what was asked for and not answered yet.
    private void NoteSettled()
    {
        if (_core.Ledger.HasWork || _core.Ledger.IsWaiting)
            return;
        if (_core.Ledger.Refused.Count == 0)
            _refusals.Settle(Life);
        if (!_core.Ledger.HasUnanswered)
            _silences.Settle(Life);
    }
}
