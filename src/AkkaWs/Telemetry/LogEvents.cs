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
        RotationFailedKind, ActorRestartsKind, CrashedForGoodKind, ClosedForGoodKind, OptionsChangedKind, RetriesSlowlyKind, LostKind, TopicsBackKind, LoginRejectedKind, CertificateAcceptedKind, FiguresKind,
        HandlerFailedKind, SubscriberThrewKind, ClientOrderIdFailedKind, TraceContextFailedKind, ListenerThrewKind,
        TopicsRefusedKind, TopicUnconfirmedKind, ReadingStalledKind, SubscriptionEndedKind, LatencyBudgetKind, SubscriptionDividedKind, BacklogRoseKind, MailboxFilledKind, PayloadReceivedKind, PayloadSentKind,
    ];

    private static LogEventKind StateChangedKind { get; } = new(1001, LogLevel.InfoLevel, "{From} → {To}{Why}");

    private static LogEventKind StateChangedAgainKind { get; } = new(1002, LogLevel.DebugLevel, "{From} → {To}{Why}");

    private static LogEventKind ReconnectSummaryKind { get; } = new(
        1003, LogLevel.WarningLevel, "still not connected to {Host}: attempt {Attempt} comes next, {Unlogged} attempts in the last {Within} were not logged; the last cause: {Why}");

    private static LogEventKind RecoveredKind { get; } = new(1004, LogLevel.InfoLevel, "ready again at {Host} after {Downtime}, attempt {Attempt}");

    private static LogEventKind WaitsForTurnKind { get; } = new(1005, LogLevel.InfoLevel, "waits for its turn to connect to {Host}; {Ahead} ahead of it");

    private static LogEventKind StandbyWaitsForTurnKind { get; } = new(
        1006, LogLevel.InfoLevel, "epoch {Standby}, which is to take over, waits for its turn to connect; {Ahead} ahead of it");

    private static LogEventKind RotationBeganKind { get; } = new(1007, LogLevel.InfoLevel, "rotation started: epoch {Standby} connects, then takes over");

    private static LogEventKind RotationFailedKind { get; } = new(1008, LogLevel.WarningLevel, "rotation to epoch {Standby} failed: {Why}");

    private static LogEventKind ActorRestartsKind { get; } = new(1009, LogLevel.WarningLevel, "the connection's actor failed on {Message} and restarts");

    private static LogEventKind CrashedForGoodKind { get; } = new(1010, LogLevel.ErrorLevel, "closed for good: its actor crashed {Crashes} times within {Window}");

    private static LogEventKind ClosedForGoodKind { get; } = new(1011, LogLevel.ErrorLevel, "{From} → {To} for good: {Why}");

    private static LogEventKind OptionsChangedKind { get; } = new(1012, LogLevel.InfoLevel, "options changed");

    private static LogEventKind RetriesSlowlyKind { get; } = new(1013, LogLevel.ErrorLevel, "looks permanent, the next attempt is at {Next}: {Why}");

    private static LogEventKind LostKind { get; } = new(1020, LogLevel.InfoLevel, "lost {Host} after {Uptime}: {Why}");

    private static LogEventKind TopicsBackKind { get; } = new(1021, LogLevel.InfoLevel, "{Confirmed} of {Desired} topics back after {Took}");

    private static LogEventKind LoginRejectedKind { get; } = new(1022, LogLevel.WarningLevel, "not logged in at {Host}: {Why}; the next attempt is in {Delay}");

    private static LogEventKind CertificateAcceptedKind { get; } = new(
        1023, LogLevel.WarningLevel, "the server's certificate would be refused and was accepted by the validation in code: {Problem}");

    private static LogEventKind FiguresKind { get; } = new(
        1030,
        LogLevel.InfoLevel,
        "up {Uptime}, down {Downtime} of {Age}: {Received} messages received, {PerSecond} a second, {Sent} sent, {Delivered} updates delivered, {Dropped} dropped, {Gaps} gaps, {Reconnects} reconnects, {Errors} errors, latency {Latency}");

    private static LogEventKind HandlerFailedKind { get; } = new(
        1101, LogLevel.WarningLevel, "{Handler} failed on a message ({What}), which was dropped; failures so far: {Failures}");

    private static LogEventKind SubscriberThrewKind { get; } = new(1102, LogLevel.WarningLevel, "a subscriber of {Topic} threw; errors so far: {Errors}");

    private static LogEventKind ClientOrderIdFailedKind { get; } = new(
        1103, LogLevel.WarningLevel, "{Handler} failed to find the client order id of request {Request}");

    private static LogEventKind TraceContextFailedKind { get; } = new(1104, LogLevel.WarningLevel, "{Handler} failed to add the trace context to request {Request}");

    private static LogEventKind ListenerThrewKind { get; } = new(1105, LogLevel.WarningLevel, "a listener of metrics or activities threw; errors so far: {Errors}");

    private static LogEventKind TopicsRefusedKind { get; } = new(1201, LogLevel.WarningLevel, "{Count}: {Topic} ({Why}){More}");

    private static LogEventKind SubscriptionEndedKind { get; } = new(1202, LogLevel.WarningLevel, "ended a subscription of {Topic}: {Why}");

    private static LogEventKind TopicUnconfirmedKind { get; } = new(
        1205, LogLevel.WarningLevel, "no confirmation of {Topic}{More} since {Since}: {Why}; no updates until it comes, it is asked for again");

    private static LogEventKind ReadingStalledKind { get; } = new(
        1206, LogLevel.WarningLevel, "reading pauses for a slow subscriber of {Topic}; nothing else of this connection is read meanwhile, responses neither");

    private static LogEventKind LatencyBudgetKind { get; } = new(
        1203, LogLevel.WarningLevel, "updates took {Worst} from the read to their subscribers, over the budget of {Budget}; too late so far: {Violations}");

    private static LogEventKind SubscriptionDividedKind { get; } = new(
        1204, LogLevel.InfoLevel, "a subscribe message was refused as a whole; {Count} of its topics are asked for again");

    private static LogEventKind BacklogRoseKind { get; } = new(
        1210, LogLevel.WarningLevel, "{Updates} updates of {Bytes} bytes wait unread for a subscription of {Topic} that has no bound");

    private static LogEventKind MailboxFilledKind { get; } = new(
        1211, LogLevel.WarningLevel, "{Messages} messages wait in the mailbox of {Subscriber}, which is told {Topic} without a bound");

    private static LogEventKind PayloadReceivedKind { get; } = new(1901, LogLevel.DebugLevel, "received a message ({Kind}) of {Bytes} bytes: {Excerpt}");

    private static LogEventKind PayloadSentKind { get; } = new(1902, LogLevel.DebugLevel, "sends a message ({Kind}) of {Bytes} bytes: {Excerpt}");

    public static void ClosedForGood(this ILoggingAdapter log, LogScope scope, ConnectionState from, CloseReason reason) =>
        log.Write(ClosedForGoodKind, scope, null, from, scope.State, reason);

    public static void OptionsChanged(this ILoggingAdapter log, LogScope scope) => log.Write(OptionsChangedKind, scope, null);

    public static void RetriesSlowly(this ILoggingAdapter log, LogScope scope, DateTimeOffset next, CloseReason why) =>
        log.Write(RetriesSlowlyKind, scope, null, next.ToString("u", CultureInfo.InvariantCulture), why);

    public static void StateChanged(this ILoggingAdapter log, LogScope scope, bool again, ConnectionState from, CloseReason? reason) =>
        log.Write(again ? StateChangedAgainKind : StateChangedKind, scope, null, from, scope.State, reason is null ? "" : $" ({reason})");

    public static void ReconnectSummary(this ILoggingAdapter log, LogScope scope, string host, int attempt, int unlogged, TimeSpan within, CloseReason why) =>
        log.Write(ReconnectSummaryKind, scope, null, host, attempt, unlogged, within, why);

    public static void Lost(this ILoggingAdapter log, LogScope scope, string host, TimeSpan uptime, CloseReason why) =>
        log.Write(LostKind, scope, null, host, uptime, why);

    public static void Recovered(this ILoggingAdapter log, LogScope scope, string host, TimeSpan downtime, int attempt) =>
        log.Write(RecoveredKind, scope, null, host, downtime, attempt);

    public static void TopicsBack(this ILoggingAdapter log, LogScope scope, int confirmed, int desired, TimeSpan took) =>
        log.Write(TopicsBackKind, scope, null, confirmed, desired, took);

    public static void LoginRejected(this ILoggingAdapter log, LogScope scope, string host, CloseReason why, TimeSpan delay) =>
        log.Write(LoginRejectedKind, scope, null, host, why, delay);

    public static void WaitsForTurn(this ILoggingAdapter log, LogScope scope, string host, int ahead) => log.Write(WaitsForTurnKind, scope, null, host, ahead);

    public static void StandbyWaitsForTurn(this ILoggingAdapter log, LogScope scope, Epoch standby, int ahead) =>
        log.Write(StandbyWaitsForTurnKind, scope, null, standby, ahead);

    public static void RotationBegan(this ILoggingAdapter log, LogScope scope, Epoch standby) => log.Write(RotationBeganKind, scope, null, standby);

    public static void RotationFailed(this ILoggingAdapter log, LogScope scope, Epoch? standby, string why) => log.Write(RotationFailedKind, scope, null, standby, why);

    public static void ActorRestarts(this ILoggingAdapter log, LogScope scope, Type? message) => log.Write(ActorRestartsKind, scope, null, message?.Name);

    public static void CrashedForGood(this ILoggingAdapter log, LogScope scope, Exception cause, int crashes, TimeSpan window) =>
        log.Write(CrashedForGoodKind, scope, cause, crashes, window);

    public static void Figures(this ILoggingAdapter log, LogScope scope, ConnectionMetrics figures) => log.Write(
        FiguresKind,
        scope,
        null,
        figures.Uptime,
        figures.Downtime,
        figures.Age,
        figures.MessagesReceived,
        figures.MessagesPerSecond is { } rate ? (object)Math.Round(rate, 1) : "not measured",
        figures.MessagesSent,
        figures.UpdatesDelivered,
        figures.UpdatesDropped,
        figures.Gaps,
        figures.Reconnects,
        figures.Errors,
        (object?)figures.Latency ?? "not measured");

    public static void HandlerFailed(this ILoggingAdapter log, LogScope scope, Exception error, Type handler, string what, long failures) =>
        log.Write(HandlerFailedKind, scope, error, handler.Name, what, failures);

    public static void SubscriberThrew(this ILoggingAdapter log, LogScope scope, Exception error, Topic topic, long errors) =>
        log.Write(SubscriberThrewKind, scope, error, topic, errors);

    public static void ClientOrderIdFailed(this ILoggingAdapter log, LogScope scope, Exception error, Type handler, RequestId request) =>
        log.Write(ClientOrderIdFailedKind, scope, error, handler.Name, request);

    public static void TraceContextFailed(this ILoggingAdapter log, LogScope scope, Exception error, Type handler, RequestId request) =>
        log.Write(TraceContextFailedKind, scope, error, handler.Name, request);

    public static void ListenerThrew(this ILoggingAdapter log, LogScope scope, Exception error, long errors) => log.Write(ListenerThrewKind, scope, error, errors);

    public static void CertificateAccepted(this ILoggingAdapter log, LogScope scope, string problem) => log.Write(CertificateAcceptedKind, scope, null, problem);

    public static void SubscriptionDivided(this ILoggingAdapter log, LogScope scope, int topics) => log.Write(SubscriptionDividedKind, scope, null, topics);

    public static void TopicsRefused(this ILoggingAdapter log, LogScope scope, int count, TopicFailure first) =>
        log.Write(
            TopicsRefusedKind, scope, null, new Counted(count, "topic was refused", "topics were refused"), first.Topic, Readable.Shorten(first.Reason), More(count));

    public static void TopicUnconfirmed(this ILoggingAdapter log, LogScope scope, UnconfirmedTopic first, int count) =>
        log.Write(TopicUnconfirmedKind, scope, null, first.Topic, More(count), first.Since, Readable.Shorten(first.Cause));

    public static void ReadingStalled(this ILoggingAdapter log, LogScope scope, Topic? topic) =>
        log.Write(ReadingStalledKind, scope, null, topic?.Value ?? "a topic that was not found");

    public static void SubscriptionEnded(this ILoggingAdapter log, LogScope scope, Topic topic, CloseReason why) =>
        log.Write(SubscriptionEndedKind, scope, null, topic, why.Description);

    public static void BacklogRose(this ILoggingAdapter log, LogScope scope, Topic topic, long updates, long bytes) =>
        log.Write(BacklogRoseKind, scope, null, updates, bytes, topic);

    public static void MailboxFilled(this ILoggingAdapter log, LogScope scope, string subscriber, Topic topic, long messages) =>
        log.Write(MailboxFilledKind, scope, null, messages, subscriber, topic);

    public static void LatencyBudget(this ILoggingAdapter log, LogScope scope, TimeSpan worst, TimeSpan budget, long violations) =>
        log.Write(LatencyBudgetKind, scope, null, worst, budget, violations);

    public static void PayloadReceived(this ILoggingAdapter log, LogScope scope, object kind, ReadOnlySpan<byte> payload, bool isSensitive)
    {
        if (log.IsDebugEnabled)
            log.Write(PayloadReceivedKind, scope, null, kind, payload.Length, Redactor.Excerpt(payload, isSensitive));
    }

    public static void PayloadSent(this ILoggingAdapter log, LogScope scope, string kind, ReadOnlySpan<byte> payload, bool isSensitive)
    {
        if (log.IsDebugEnabled)
            log.Write(PayloadSentKind, scope, null, kind, payload.Length, Redactor.Excerpt(payload, isSensitive));
    }

    private static void Write(this ILoggingAdapter log, LogEventKind kind, LogScope scope, Exception? cause, params object?[] values)
    {
        if (log.IsEnabled(kind.Level))
            log.Log(kind.Level, OutsideText.Cause(cause)!, new ConnectionLogMessage(log.Formatter, kind, scope, values));
    }

    private static string More(int count) => count == 1 ? "" : $" and {count - 1} more";
}
