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

    private void OnWithdrawn(IReadOnlyList<Topic> topics, string reason)
    {
        foreach (var topic in _core.Ledger.Withdraw(topics))
        {
            _core.Routes.Find(topic)?.Owner.Tell(new InterruptTopic(_core.Epoch, new CloseReason(ErrorClass.SubscriptionRefused, reason)));
            ReportUnconfirmed(topic, reason);
        }

        if (_core.Ledger.HeldCount > 0)
            ScheduleRetry();
    }

    private void ReportUnconfirmed(Topic topic, string cause)
    {
        if (_core.Unconfirmed.Report(topic, cause, Now) is { } report)
            Publish(report);
    }

    private void Publish(UnconfirmedTopic report)
    {
        _core.Routes.Find(report.Topic)?.Owner.Tell(new MarkUnconfirmed(report.Since, report.Cause));
        _log.TopicUnconfirmed(Scope, report.Topic, report.Since, report.Cause);
        Announce(new TopicUnconfirmed(Name, _core.Epoch, report.Topic, report.Since, report.Cause));
    }

    /// <summary>Also what is never asked for, because the rate gate lets nothing through for example, is noticed.</summary>
    private void WatchUnconfirmed()
    {
        if (_core.Handle.Current.State == ConnectionState.Ready && !Timers.IsTimerActive(nameof(UnconfirmedCheck)))
            OnUnconfirmedCheck();
    }

    private void OnUnconfirmedCheck()
    {
        var limit = _core.Options.Subscriptions.ConfirmTimeout;
        foreach (var report in _core.Unconfirmed.Check(_core.Ledger.Unconfirmed, limit, $"not confirmed within {limit}", Now))
            Publish(report);
        if (_core.Ledger.Unconfirmed.Any())
            Timers.StartSingleTimer(nameof(UnconfirmedCheck), new UnconfirmedCheck(_core.Epoch), limit);
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
            if (route.Staleness is { IsStale: true })
                route.Owner.Tell(new MarkStale(null));
            try
            {
                route.Staleness = StalenessOf(route.Topic, route.IsPattern);
            }
            catch (Exception e)
            {
                route.Staleness = null;
                ReportHandlerError(e, _core.Epoch, MessageKind.Unknown);
            }
        }

        Timers.Cancel(nameof(StalenessCheck));
        WatchStaleness();
    }

    private void WatchStaleness()
    {
        if (_core.Handle.Current.State != ConnectionState.Ready || Timers.IsTimerActive(nameof(StalenessCheck)))
            return;
        var shortest = _core.Routes.All.Select(route => route.Staleness?.MaxAge).Min();
        if (shortest is { } age)
            Timers.StartSingleTimer(nameof(StalenessCheck), new StalenessCheck(_core.Epoch), age / StalenessChecksPerAge);
    }

    private void OnStalenessCheck()
    {
        foreach (var route in _core.Routes.All)
        {
            if (route.Staleness is not { } watch || !watch.Check(route.Progress.Sequence, _core.Ledger.IsConfirmed(route.Topic), Life))
                continue;
            route.Owner.Tell(new MarkStale(watch.IsStale ? watch.MaxAge : null));
        }

        WatchStaleness();
    }
}
