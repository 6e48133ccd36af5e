using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
using AkkaWs.Topics;

namespace AkkaWs.Connection;

// Topics whose updates do not come though the connection is Ready: not confirmed, taken away by the server, or silent. Each is reported to its
// subscribers, as an event and in the log, and degrades health.
internal sealed partial class ConnectionActor
{
    private const int StalenessChecksPerAge = 4;

    // However many topics are asked for one by one, and each has its own deadline.
    private const int UnconfirmedChecksPerTimeout = 10;

    // The age that the next check for staleness was scheduled for.
    private TimeSpan _watchedAge;

    private void OnWithdrawn(IReadOnlyList<Topic> topics, string reason)
    {
        var ended = _core.Ledger.Withdraw(topics);
        var failures = ended.Select(topic => new TopicFailure(topic, reason)).ToList();
        if (_overlap is { HasPassedTurn: false } overlap)
        {
            MarkEndedBeside(ended); // the old connection brings them until it is left
            _overlap = overlap with { Refused = [.. overlap.Refused, .. failures] };
        }
        else
        {
            MarkEnded(ended, reason);
            ReportUnconfirmed(failures);
        }

        if (_core.Ledger.Refused.Count > 0)
            ScheduleRetry();
    }

    private void ReportUnconfirmed(IEnumerable<TopicFailure> failures) =>
        Publish([.. failures.Select(failure => _core.Unconfirmed.Report(failure.Topic, failure.Reason, Life, Now)).OfType<UnconfirmedTopic>()]);

    // One line in the log, however many they are.
    private void Publish(IReadOnlyList<UnconfirmedTopic> reports)
    {
        foreach (var report in reports)
        {
            _core.Routes.Find(report.Topic)?.Owner.Tell(new MarkUnconfirmed(report.Since, report.Cause));
            Announce(new TopicUnconfirmed(Name, _core.Epoch, report.Topic, report.Since, report.Cause));
        }

        if (reports.Count > 0)
            _log.TopicUnconfirmed(Scope, reports[0], reports.Count);
    }

    /// <summary>Also what is never asked for, because the rate gate lets nothing through for example, is noticed.</summary>
    private void WatchUnconfirmed(IEnumerable<Topic> topics)
    {
        if (_core.Handle.Current.State != ConnectionState.Ready)
            return;
        foreach (var topic in topics)
            _core.Unconfirmed.Await(topic, Life);
        if (!Timers.IsTimerActive(nameof(UnconfirmedCheck)))
            OnUnconfirmedCheck();
    }

    private void OnUnconfirmedCheck()
    {
        var limit = _core.Options.Subscriptions.ConfirmTimeout;
        Publish(_core.Unconfirmed.Check(_core.Ledger.Unconfirmed, limit, $"not confirmed within {Readable.Duration(limit)}", Life, Now));
        if (!_core.Ledger.Unconfirmed.Any())
            return;
        var now = Life;
        var due = _core.Unconfirmed.NextDue(limit) ?? now + limit;
        Timers.StartSingleTimer(nameof(UnconfirmedCheck), new UnconfirmedCheck(_core.Epoch), Max(due - now, limit / UnconfirmedChecksPerTimeout));
    }

    private StalenessWatch? StalenessOf(Topic topic, bool isPattern)
    {
        if (topic.IsEverything || isPattern)
            return null;
        var age = _core.Options.Subscriptions.MaxAge ?? _core.Handler.DefaultMaxAgeOf(topic);
        return age is { } maxAge && maxAge > TimeSpan.Zero ? new StalenessWatch(maxAge) : null;
    }

    private void RenewStaleness()
    {
        foreach (var route in _core.Routes.All)
        {
            var before = route.Staleness;
            try
            {
                route.Staleness = StalenessOf(route.Topic, route.IsPattern)?.GoOnFrom(before);
            }
            catch (Exception e)
            {
                route.Staleness = null;
                ReportHandlerError(e, _core.Epoch, MessageKind.Unknown);
            }

            if (route.Staleness is null && before is { IsStale: true })
                route.Owner.Tell(new MarkStale(null, route.Progress.Sequence));
        }

        Timers.Cancel(nameof(StalenessCheck));
        WatchStaleness();
    }

    private void WatchStaleness()
    {
        if (_core.Handle.Current.State != ConnectionState.Ready)
            return;
        var shortest = _core.Routes.All.Select(route => route.Staleness?.MaxAge).Min();
        if (shortest is { } age)
            WatchStaleness(age);
    }

    // One timer for all topics: a shorter age brings it forward.
    private void WatchStaleness(TimeSpan age)
    {
        if (_core.Handle.Current.State != ConnectionState.Ready || (Timers.IsTimerActive(nameof(StalenessCheck)) && _watchedAge <= age))
            return;
        _watchedAge = age;
        Timers.StartSingleTimer(nameof(StalenessCheck), new StalenessCheck(_core.Epoch), age / StalenessChecksPerAge);
    }

    private void OnStalenessCheck()
    {
        foreach (var route in _core.Routes.All)
        {
            var sequence = route.Progress.Sequence;
            if (route.Staleness is not { } watch || !watch.Check(sequence, _core.Ledger.IsConfirmed(route.Topic), Life))
                continue;
            route.Owner.Tell(new MarkStale(watch.IsStale ? watch.MaxAge : null, sequence));
        }

        WatchStaleness();
    }
}
