using System.Globalization;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Telemetry;

/// <summary>
/// Every event that this library logs: its id, its level, its template, and the method that logs it. Nothing else in the library writes to a logger.
/// Ids: 10xx the connection's life, 11xx failures of user code, 12xx subscriptions and data, 19xx payloads, for those who ask for them.
/// </summary>
internal static class LogEvents
{
    public static IReadOnlyList<LogEventKind> All =>
    [
        StateChangedKind, StateChangedAgainKind, ReconnectSummaryKind, RecoveredKind, WaitsForTurnKind, StandbyWaitsForTurnKind, RotationBeganKind,
        RotationFailedKind, ActorRestartsKind, CrashedForGoodKind, ClosedForGoodKind, OptionsChangedKind, RetriesSlowlyKind, HandlerFailedKind, SubscriberThrewKind, ClientOrderIdFailedKind, TraceContextFailedKind,
        TopicsRefusedKind, SubscriptionStuckKind, LatencyBudgetKind, SubscriptionDividedKind, PayloadReceivedKind, PayloadSentKind,
    ];

    private static LogEventKind StateChangedKind { get; } = new(1001, LogLevel.InfoLevel, "{From} → {To}{Why}");

    private static LogEventKind StateChangedAgainKind { get; } = new(1002, LogLevel.DebugLevel, "{From} → {To}{Why}");

    private static LogEventKind ReconnectSummaryKind { get; } = new(
        1003, LogLevel.WarningLevel, "attempt {Attempt} to reconnect comes; {Unlogged} in the last {Within} were not logged one by one; the last cause: {Why}");

    private static LogEventKind RecoveredKind { get; } = new(1004, LogLevel.InfoLevel, "Ready again at attempt {Attempt}, after {Downtime}");

    private static LogEventKind WaitsForTurnKind { get; } = new(1005, LogLevel.InfoLevel, "waits for its turn to connect to {Host}, behind {Ahead} others");

    private static LogEventKind StandbyWaitsForTurnKind { get; } = new(
        1006, LogLevel.InfoLevel, "epoch {Standby}, which is to take over, waits for its turn to connect, behind {Ahead} others");

    private static LogEventKind RotationBeganKind { get; } = new(1007, LogLevel.InfoLevel, "rotation begins, epoch {Standby} comes up beside it");

    private static LogEventKind RotationFailedKind { get; } = new(1008, LogLevel.WarningLevel, "rotation to epoch {Standby} failed: {Why}");

    private static LogEventKind ActorRestartsKind { get; } = new(1009, LogLevel.WarningLevel, "the actor failed on {Message} and restarts");

    private static LogEventKind CrashedForGoodKind { get; } = new(1010, LogLevel.ErrorLevel, "closed: its actor crashed {Crashes} times within {Window}");

    private static LogEventKind ClosedForGoodKind { get; } = new(1011, LogLevel.WarningLevel, "{From} → {To} for good: {Why}");

    private static LogEventKind OptionsChangedKind { get; } = new(1012, LogLevel.InfoLevel, "options changed");

    private static LogEventKind RetriesSlowlyKind { get; } = new(1013, LogLevel.ErrorLevel, "looks permanent, the next attempt is at {Next}: {Why}");

    private static LogEventKind HandlerFailedKind { get; } = new(
        1101, LogLevel.WarningLevel, "{Handler} failed on a message ({What}), which is dropped; failures so far: {Failures}");

    private static LogEventKind SubscriberThrewKind { get; } = new(1102, LogLevel.WarningLevel, "a subscriber of topic {Topic} threw; errors so far: {Errors}");

    private static LogEventKind ClientOrderIdFailedKind { get; } = new(
        1103, LogLevel.WarningLevel, "{Handler} failed to find the client order id of request {Request}");

    private static LogEventKind TraceContextFailedKind { get; } = new(1104, LogLevel.WarningLevel, "{Handler} failed to add the trace context to request {Request}");

    private static LogEventKind TopicsRefusedKind { get; } = new(1201, LogLevel.WarningLevel, "{Count} topics were refused, the first of them {Topic}: {Why}");

    private static LogEventKind SubscriptionStuckKind { get; } = new(1202, LogLevel.WarningLevel, "a subscription of topic {Topic} ends: {Why}");

    private static LogEventKind LatencyBudgetKind { get; } = new(
        1203, LogLevel.WarningLevel, "updates took {Worst} from the read to their subscribers, the budget is {Budget}; so far {Violations} took too long");

    private static LogEventKind SubscriptionDividedKind { get; } = new(
        1204, LogLevel.InfoLevel, "a message that subscribes to {Count} topics was refused as a whole; each half is asked for again");

    private static LogEventKind PayloadReceivedKind { get; } = new(1901, LogLevel.DebugLevel, "received a message ({Kind}) of {Bytes} bytes: {Excerpt}");

    private static LogEventKind PayloadSentKind { get; } = new(1902, LogLevel.DebugLevel, "sends a message ({Kind}) of {Bytes} bytes: {Excerpt}");

    public static void ClosedForGood(this ILoggingAdapter log, LogScope scope, ConnectionState from, CloseReason reason) =>
        log.Write(ClosedForGoodKind, scope, null, from, scope.State, reason);

    public static void OptionsChanged(this ILoggingAdapter log, LogScope scope) => log.Write(OptionsChangedKind, scope, null);

    public static void RetriesSlowly(this ILoggingAdapter log, LogScope scope, DateTimeOffset next, CloseReason why) =>
        log.Write(RetriesSlowlyKind, scope, null, next.ToString("u", CultureInfo.InvariantCulture), why);

    public static void StateChanged(this ILoggingAdapter log, LogScope scope, bool again, ConnectionState from, CloseReason? reason) =>
        log.Write(again ? StateChangedAgainKind : StateChangedKind, scope, null, from, scope.State, reason is null ? "" : $" ({reason})");

    public static void ReconnectSummary(this ILoggingAdapter log, LogScope scope, int attempt, int unlogged, TimeSpan within, CloseReason why) =>
        log.Write(ReconnectSummaryKind, scope, null, attempt, unlogged, within, why);

    public static void Recovered(this ILoggingAdapter log, LogScope scope, int attempt, TimeSpan downtime) => log.Write(RecoveredKind, scope, null, attempt, downtime);

    public static void WaitsForTurn(this ILoggingAdapter log, LogScope scope, string host, int ahead) => log.Write(WaitsForTurnKind, scope, null, host, ahead);

    public static void StandbyWaitsForTurn(this ILoggingAdapter log, LogScope scope, Epoch standby, int ahead) =>
        log.Write(StandbyWaitsForTurnKind, scope, null, standby, ahead);

    public static void RotationBegan(this ILoggingAdapter log, LogScope scope, Epoch standby) => log.Write(RotationBeganKind, scope, null, standby);

    public static void RotationFailed(this ILoggingAdapter log, LogScope scope, Epoch? standby, string why) => log.Write(RotationFailedKind, scope, null, standby, why);

    public static void ActorRestarts(this ILoggingAdapter log, LogScope scope, Type? message) => log.Write(ActorRestartsKind, scope, null, message?.Name);

    public static void CrashedForGood(this ILoggingAdapter log, LogScope scope, Exception cause, int crashes, TimeSpan window) =>
        log.Write(CrashedForGoodKind, scope, cause, crashes, window);

    public static void HandlerFailed(this ILoggingAdapter log, LogScope scope, Exception error, Type handler, string what, long failures) =>
        log.Write(HandlerFailedKind, scope, error, handler.Name, what, failures);

    public static void SubscriberThrew(this ILoggingAdapter log, LogScope scope, Exception error, Topic topic, long errors) =>
        log.Write(SubscriberThrewKind, scope, error, topic, errors);

    public static void ClientOrderIdFailed(this ILoggingAdapter log, LogScope scope, Exception error, Type handler, RequestId request) =>
        log.Write(ClientOrderIdFailedKind, scope, error, handler.Name, request);

    public static void TraceContextFailed(this ILoggingAdapter log, LogScope scope, Exception error, Type handler, RequestId request) =>
        log.Write(TraceContextFailedKind, scope, error, handler.Name, request);

    public static void SubscriptionDivided(this ILoggingAdapter log, LogScope scope, int topics) => log.Write(SubscriptionDividedKind, scope, null, topics);

    public static void TopicsRefused(this ILoggingAdapter log, LogScope scope, int count, TopicFailure first) =>
        log.Write(TopicsRefusedKind, scope, null, count, first.Topic, first.Reason);

    public static void SubscriptionStuck(this ILoggingAdapter log, LogScope scope, Topic topic, CloseReason why) =>
        log.Write(SubscriptionStuckKind, scope, null, topic, why.Description);

    public static void LatencyBudget(this ILoggingAdapter log, LogScope scope, TimeSpan worst, TimeSpan budget, long violations) =>
        log.Write(LatencyBudgetKind, scope, null, worst, budget, violations);

    public static void PayloadReceived(this ILoggingAdapter log, LogScope scope, object kind, ReadOnlySpan<byte> payload)
    {
        if (log.IsDebugEnabled)
            log.Write(PayloadReceivedKind, scope, null, kind, payload.Length, Redactor.Excerpt(payload));
    }

    public static void PayloadSent(this ILoggingAdapter log, LogScope scope, string kind, ReadOnlySpan<byte> payload)
    {
        if (log.IsDebugEnabled)
            log.Write(PayloadSentKind, scope, null, kind, payload.Length, Redactor.Excerpt(payload));
    }

    private static void Write(this ILoggingAdapter log, LogEventKind kind, LogScope scope, Exception? cause, params object?[] values)
    {
        if (log.IsEnabled(kind.Level))
            log.Log(kind.Level, cause!, new ConnectionLogMessage(log.Formatter, kind, scope, values));
    }
}
