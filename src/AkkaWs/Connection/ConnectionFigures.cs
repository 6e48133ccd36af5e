using AkkaWs.Messages;
using AkkaWs.Telemetry;

namespace AkkaWs.Connection;

/// <summary>What the instruments read of a connection: its counters as they are, from any thread.</summary>
internal sealed class ConnectionFigures(ConnectionCore core) : IMeasuredConnection
{
    public KeyValuePair<string, object?>[] Tags => core.Telemetry.Tags;

    public ConnectionState State => core.Handle.Current.State;

    public long Epoch => core.Handle.Current.Epoch.Value;

    public int Attempt => State is ConnectionState.Ready or ConnectionState.Closed ? 0 : core.History.Attempt;

    public long MessagesReceived => core.Counters.Messages;

    public SocketTraffic.Totals Sockets => core.Telemetry.Sockets.Sum;

    public IEnumerable<KeyValuePair<string, long>> Delivered =>
        core.Telemetry.Past.With(core.Routes.All.Select(route => KeyValuePair.Create(route.Kind, route.Progress.Sequence)));

    public long Dropped => core.Handle.Subscribers.Dropped;

    public long Lagged => core.Handle.Subscribers.Lagged;

    public long Gaps => core.Handle.Subscribers.Gaps;

    public long UnreadUpdates => core.Handle.Backlogs.Sum().Updates;

    public long UnreadBytes => core.Handle.Backlogs.Sum().Bytes;

    public TimeSpan OldestUnread => core.Handle.Backlogs.Sum().Age;

    public long Unrouted => core.Counters.Unrouted;

    public long Duplicates => core.Counters.Duplicates;

    public IEnumerable<KeyValuePair<string, long>> ParseErrors =>
    [
        new("unknown", core.Counters.Unknown),
        new("handler", core.Counters.HandlerErrors),
        new("subscription", core.Handle.Subscribers.BadPayloads),
    ];

    public long CallbackErrors => core.Handle.Subscribers.CallbackErrors;

    public long LateResponses => core.LateResponses;

    public int PendingRequests => core.Requests.Count;

    public IEnumerable<KeyValuePair<string, long>> Queues =>
    [
        new("commands", core.Queue.Count),
        new("throttled", core.Gates.Waiting),
        new("writes", core.Telemetry.Sockets.QueuedWrites),
    ];

    public int CreditsUsed => Math.Max(0, core.Options.Subscriptions.BatchCredits - core.Credits.Free);

    public long ReadPauses => core.Credits.Pauses.Count;

    public bool IsPaused => core.Credits.Pauses.Now;

    public IEnumerable<KeyValuePair<string, long>> Topics =>
    [
        new("desired", core.Ledger.DesiredCount),
        new("confirmed", core.Ledger.ConfirmedCount),
        new("stale", core.StaleTopics.Count),
    ];

    public ErrorCounts Attempts => core.Telemetry.Attempts;

    public ErrorCounts Reconnects => core.Telemetry.Reconnects;

    public ErrorCounts Errors => core.Telemetry.Errors;

    public long Rotations => core.Rotations;

    public TimeSpan Downtime => core.Telemetry.Downtime + (core.LostAt is { } lostAt ? core.Life.Elapsed - lostAt : TimeSpan.Zero);

    public TimeSpan? Silence => core.Counters.LastReceivedAt is > 0 and var at ? System.Diagnostics.Stopwatch.GetElapsedTime(at) : null;

    public long BudgetViolations => core.Telemetry.Batches?.Violations ?? 0;
}
