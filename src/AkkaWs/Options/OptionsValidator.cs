using AkkaWs.Errors;

namespace AkkaWs.Options;

/// <summary>Holds options against their ranges.</summary>
public static class OptionsValidator
{
    /// <summary>Every value out of range, with its key as in HOCON, such as <c>reconnect.max-delay</c>. Headers' values and query strings are never shown.</summary>
    /// <returns>All findings; empty if the options are valid.</returns>
    public static IReadOnlyList<OptionError> Validate(WebSocketClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var check = new OptionChecks();
        EndpointRules.Check(options, check);
        check.Duration("connect-timeout", options.ConnectTimeout);
        check.Duration("close-timeout", options.CloseTimeout);
        check.Duration("authentication-timeout", options.AuthenticationTimeout);
        check.Count("max-message-size", options.MaxMessageSize, 1, Array.MaxLength);
        if (options.Dispatcher is null)
            check.Fail("dispatcher", "null", "the path of a dispatcher in the actor system's configuration, or empty");
        TransportRules.Check(options, check);
        CheckSection("reconnect", options.Reconnect, check, ReconnectRules.Check);
        CheckSection("heartbeat", options.Heartbeat, check, Check);
        CheckSection("requests", options.Requests, check, Check);
        CheckSection("subscriptions", options.Subscriptions, check, Check);
        CheckSection("queue", options.Queue, check, Check);
        CheckSection("rates", options.Rates, check, Check);
        CheckSection("rotation", options.Rotation, check, Check);
        CheckSection("telemetry", options.Telemetry, check, Check);
        return check.Errors;
    }

    internal static void CheckSection<T>(string key, T? section, OptionChecks check, Action<T, OptionChecks> rules)
        where T : class
    {
        if (section is null)
            check.Fail(key, "null", "a section");
        else
            rules(section, check);
    }

    private static void Check(HeartbeatOptions options, OptionChecks check)
    {
        check.DurationOrZero("heartbeat.ping-interval", options.PingInterval);
        check.Duration("heartbeat.pong-timeout", options.PongTimeout);
        if (options.MaxExtension is { } extension)
            check.Duration("heartbeat.max-extension", extension);
        check.Count("heartbeat.missed-pongs-allowed", options.MissedPongsAllowed, 0, 100);
        if (options.IdleTimeout is not { } idle)
            return;
        check.Duration("heartbeat.idle-timeout", idle, orOff: true);
        // A quiet connection would be given up before a ping could draw a pong.
        if (idle > TimeSpan.Zero && idle < options.PingInterval)
            check.Fail("heartbeat.idle-timeout", OptionChecks.Text(idle), $"at least heartbeat.ping-interval, {OptionChecks.Text(options.PingInterval)}, or off");
    }

    private static void Check(RequestOptions options, OptionChecks check)
    {
        check.Duration("requests.timeout", options.Timeout);
        check.Count("requests.max-pending", options.MaxPending, 1, 1_000_000);
        check.Duration("requests.cleanup-interval", options.CleanupInterval);
    }

    private static void Check(SubscriptionOptions options, OptionChecks check)
    {
        check.Count("subscriptions.buffer-capacity", options.BufferCapacity, 1, 1 << 24);
        check.Count("subscriptions.buffer-bytes", options.BufferBytes, 1, 1L << 38);
        check.Count("subscriptions.max-buffered-bytes", options.MaxBufferedBytes, 1, 1L << 38);
        check.Duration("subscriptions.confirm-timeout", options.ConfirmTimeout);
        check.Count("subscriptions.batch-credits", options.BatchCredits, 1, 4_096);
        check.DurationOrZero("subscriptions.unsubscribe-linger", options.UnsubscribeLinger);
        if (options.MaxStall is { } stall)
            check.Duration("subscriptions.max-stall", stall, orOff: true);
        if (options.CallbackTimeout is { } limit)
            check.Duration("subscriptions.callback-timeout", limit, orOff: true);
        if (options.MaxAge is { } age)
            check.DurationOrZero("subscriptions.max-age", age);
        check.Count("subscriptions.max-topics", options.MaxTopics, 1, 1 << 24);
        check.Count("subscriptions.max-subscribe-bytes", options.MaxSubscribeBytes ?? 1, 1, Array.MaxLength, orOff: true);
    }

    private static void Check(QueueOptions options, OptionChecks check)
    {
        check.Count("queue.capacity", options.Capacity, 1, 1_000_000);
        check.Count("queue.max-bytes", options.MaxBytes, 1, 1L << 38);
        check.Duration("queue.default-ttl", options.DefaultTtl);
        check.Defined("queue.overflow", options.Overflow);
        check.Defined("queue.on-close", options.OnClose);
    }

    private static void Check(RateLimitOptions options, OptionChecks check)
    {
        foreach (var (key, rate) in (ReadOnlySpan<(string, RateOptions)>)[
            ("rates.outgoing", options.Outgoing), ("rates.subscriptions", options.Subscriptions), ("rates.orders", options.Orders), ("rates.connection-attempts", options.ConnectionAttempts)])
            CheckSection(key, rate, check, (section, _) => Check(key + ".", section, check));
    }

    private static void Check(string path, RateOptions options, OptionChecks check)
    {
        check.Count(path + "limit", options.Limit ?? 1, 1, 1_000_000, orOff: true);
        check.Duration(path + "interval", options.Interval);
        check.Count(path + "burst", options.Burst, 1, 1_000_000);
        if (options.Reserve != 0)
            check.Count(path + "reserve", options.Reserve, 0, Math.Max(0, options.Burst - 1));
        check.Count(path + "max-waiting", options.MaxWaiting, 1, 1_000_000);
    }

    private static void Check(TelemetryOptions options, OptionChecks check)
    {
        if (options.LatencyBudget is { } budget)
            check.Duration("telemetry.latency-budget", budget, orOff: true);
        check.Duration("telemetry.report-interval", options.ReportInterval);
        if (options.MetricsInterval is { } interval)
            check.Duration("telemetry.metrics-interval", interval, orOff: true);
    }

    private static void Check(RotationOptions options, OptionChecks check)
    {
        if (options.Interval is { } interval)
            check.Duration("rotation.interval", interval, orOff: true);
        check.Real("rotation.jitter", options.Jitter, 0, 1);
        check.Duration("rotation.daily-window", options.DailyWindow);
        check.Duration("rotation.overlap", options.Overlap);
        if (options.Skew is { } skew)
            check.Duration("rotation.skew", skew, orOff: true);
        check.Count("rotation.max-held-updates", options.MaxHeldUpdates, 1, 16_777_216);
        check.Count("rotation.max-held-bytes", options.MaxHeldBytes, 1, int.MaxValue);
        if (options.Interval is { } between && options.Overlap > TimeSpan.Zero && between > TimeSpan.Zero && options.Overlap >= between * (1 - Math.Clamp(options.Jitter, 0, 0.99)))
            check.Fail("rotation.overlap", OptionChecks.Text(options.Overlap), "less than rotation.interval, jitter taken off");
    }
}
