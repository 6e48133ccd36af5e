using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// What the connection measures, traces and logs of itself, beside what it counts for its status.
internal sealed partial class ConnectionActor
{
    private readonly ConnectionSpans _spans;
    private readonly ReconnectLog _reconnectLog;
    private TimeSpan? _nextLatencyReport;

    // When the figures are logged next.
    private TimeSpan? _figuresDue;

    // Since when topics are asked for again after a loss; null once that is logged.
    private TimeSpan? _restoringSince;

    private string Host => _core.Options.Url.IdnHost;

    private bool LogsPayloads => _core.Telemetry.Options.LogPayloads && _log.IsDebugEnabled;

    // The time of reports.
    private TimeSpan Life => _core.Life.Elapsed;

    private long UnreadableMessages => _core.Counters.Unknown + _core.Counters.HandlerErrors + _core.Handle.Subscribers.Unreadable;

    private LogScope Scope => new(Name, _core.Epoch.Value, _core.Handle.Current.State);

    private void StartMeasuring()
    {
        _core.Requests.Observer = OnOutcome;
        ScheduleFigures();
        if (_core.Telemetry.Batches is not { } batches)
            return;
        batches.Owner = Self;
        _core.Figures ??= new ConnectionFigures(_core);
        Instruments.Add(_core.Figures);
    }

    private void StopMeasuring()
    {
        if (_core.Figures is { } figures)
            Instruments.Remove(figures);
    }

    /// <summary>The figures outlive the timers of a state.</summary>
    private void ScheduleFigures()
    {
        if (_core.Telemetry.Options.MetricsInterval is not { } interval)
            return;
        var due = _figuresDue ??= Life + interval;
        Timers.StartSingleTimer(nameof(FiguresDue), FiguresDue.Instance, Max(due - Life, ShortestBeat));
    }

    private void OnFiguresDue()
    {
        if (_core.Handle.Current.State == ConnectionState.Closed)
            return;
        _log.Figures(Scope, Metrics());
        _figuresDue = null;
        ScheduleFigures();
    }

    private void OnSocketUp(WireConnection wire)
    {
        _core.Telemetry.Sockets.Add(wire);
        _core.Telemetry.Batches?.Arm();
    }

    private void OnReadyLost(CloseReason reason)
    {
        var now = Life;
        (_core.LostAt, _core.LossClass, _restoringSince) = (now, reason.Class, null);
        if (!reason.IsGraceful)
            _log.Lost(Scope, Host, now - (_core.ReadySince ?? now), reason);
    }

    private void OnPlanned(CloseReason reason, TimeSpan delay)
    {
        _core.Telemetry.Attempts.Add(reason.Class);
        if (reason.Class == ErrorClass.AuthenticationRejected)
            _log.LoginRejected(Scope, Host, reason, delay);
        if (_reconnectLog.Plan(_core.History.Attempt, Life) is { } due)
            ScheduleReconnectSummary(due);
    }

    private void ScheduleReconnectSummary(TimeSpan due) =>
        Timers.StartSingleTimer(nameof(ReconnectSummaryDue), ReconnectSummaryDue.Instance, Max(due - Life, TimeSpan.Zero));

    private void OnReconnectSummaryDue()
    {
        if (_core.Handle.Current.State is ConnectionState.Ready or ConnectionState.Closing or ConnectionState.Closed || _core.LastReason is not { } reason)
            return;
        var summary = _reconnectLog.Summarise(Life);
        _log.ReconnectSummary(Scope, Host, _core.History.Attempt, summary.Unlogged, summary.Within, reason);
        ScheduleReconnectSummary(summary.NextDue);
    }

    private void OnRecovered(TimeSpan downtime)
    {
        _core.Telemetry.OutageOver(downtime, _core.LossClass);
        _reconnectLog.Recovered();
        _log.Recovered(Scope, Host, downtime, _core.History.Attempt);
    }

    /// <summary>Once after each recovery: nothing is asked for any more, or waits for an answer.</summary>
    private void LogRestored()
    {
        if (_restoringSince is not { } since || _core.Ledger.IsWaiting || _core.Ledger.HasWork)
            return;
        _restoringSince = null;
        _log.TopicsBack(Scope, _core.Ledger.Confirmed.Count(), _core.Ledger.DesiredCount, Life - since);
    }

    // At most one report in its interval: the read loop tells of nothing more until it is armed again.
    private void OnLatencyBudgetBroken(LatencyBudgetBroken broken)
    {
        var options = _core.Telemetry.Options;
        if (_core.Telemetry.Batches is not { } batches || options.LatencyBudget is not { } budget)
            return;
        var now = Life;
        if (!(now < _nextLatencyReport))
        {
            _nextLatencyReport = now + options.ReportInterval;
            _log.LatencyBudget(Scope, broken.Took, budget, batches.Violations);
            Announce(new LatencyBudgetExceeded(Name, _core.Epoch, budget, broken.Took, batches.Violations));
        }

        Timers.StartSingleTimer(nameof(LatencyReportDue), LatencyReportDue.Instance, Min(Max(_nextLatencyReport!.Value - now, ShortestBeat), options.ReportInterval));
    }

    /// <summary>Gives a request's message its trace, where there is one, and shows it, where that is asked for.</summary>
    private OutboundMessage Observe(RequestId id, Request request, OutboundMessage message)
    {
        ShowSent("request", message);
        if (!_spans.IsListenedTo || _spans.Requesting(id, _core.Epoch, request.TraceParent, request.TraceState) is not { Id: { } traceParent } span)
            return message;
        try
        {
            return _core.Handler.AddTraceContext(message, traceParent, span.TraceStateString) ?? message;
        }
        catch (Exception e)
        {
            // A trace is not worth a request.
            _log.TraceContextFailed(Scope, e, _core.Handler.GetType(), id);
            return message;
        }
    }

    private void ShowSent(string kind, OutboundMessage message)
    {
        if (LogsPayloads)
            _log.PayloadSent(Scope, kind, message.Payload.Span, _core.Handler.Hides(message.Payload.Span));
    }

    private void ShowReceived(MessageKind kind, ReadOnlyMemory<byte> payload)
    {
        // An answer to a login may repeat it.
        if (LogsPayloads && !_loginSent)
            _log.PayloadReceived(Scope, kind, payload.Span, _core.Handler.Hides(payload.Span));
    }

    private void OnOutcome(RequestId id, TimeSpan took, string outcome)
    {
        _core.Telemetry.RequestEnded(took, outcome);
        _spans.Ended(id, outcome, outcome == OutcomeName.Response ? null : outcome);
    }

    private ConnectionMetrics Metrics()
    {
        var (now, telemetry, sockets) = (_core.Handle.Current, _core.Telemetry, _core.Telemetry.Sockets.Sum);
        var figures = _core.Figures ?? new ConnectionFigures(_core);
        return new ConnectionMetrics(Name, now.State, now.Epoch)
        {
            Age = Life,
            Uptime = now.State == ConnectionState.Ready && _core.ReadySince is { } since ? Life - since : TimeSpan.Zero,
            Downtime = figures.Downtime,
            LastMessageAt = Now - figures.Silence,
            MessagesReceived = _core.Counters.Messages,
            MessagesPerSecond = telemetry.Batches?.MessagesPerSecond,
            BytesReceived = sockets.BytesReceived,
            MessagesSent = sockets.MessagesSent,
            BytesSent = sockets.BytesSent,
            UpdatesDelivered = figures.Delivered.Sum(pair => pair.Value),
            UpdatesDropped = figures.Dropped,
            Gaps = figures.Gaps,
            Reconnects = _core.Reconnects,
            ReconnectAttempts = telemetry.Attempts.Total,
            Errors = telemetry.Errors.Total,
            ErrorsByClass = new Dictionary<ErrorClass, long>(telemetry.Errors.All),
            UnreadableMessages = UnreadableMessages,
            LastRoundTrip = _heartbeat?.LastRoundTrip,
            Latency = telemetry.Batches?.Latency,
        };
    }

    private static string KindOf(ProtocolHandler handler, TopicKinds kinds, Topic topic, bool isPattern) =>
        topic.IsEverything ? "everything" : isPattern ? "pattern" : kinds.Of(handler.TopicKindOf(topic));
}

/// <summary>Attempts to reconnect that were not logged one by one are to be summarised.</summary>
internal sealed record ReconnectSummaryDue : ConnectionSignal
{
    public static ReconnectSummaryDue Instance { get; } = new();
}

/// <summary>It is time to log the figures.</summary>
internal sealed record FiguresDue : ConnectionSignal
{
    public static FiguresDue Instance { get; } = new();
}

/// <summary>The next broken latency budget may be reported.</summary>
internal sealed record LatencyReportDue : ConnectionSignal
{
    public static LatencyReportDue Instance { get; } = new();
}
