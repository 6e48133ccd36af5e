using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Messages;

/// <summary>The figures of a connection at one moment, over its whole life: all its physical connections.</summary>
/// <param name="Connection">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public sealed record ConnectionMetrics(string Connection, ConnectionState State, Epoch Epoch)
{
    /// <summary>How long ago the connection was opened.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>How long it has been Ready without a break; zero if it is not.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>How long it was not Ready since it first was, the break that is under way included.</summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>When the last message was received; null before the first.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }

    /// <summary>Messages received.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>Messages received a second, over the last 10 s; null where metrics are switched off.</summary>
    public double? MessagesPerSecond { get; init; }

    /// <summary>Bytes read from the socket, headers of frames included.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Messages written to the socket.</summary>
    public long MessagesSent { get; init; }

    /// <summary>Bytes written to the socket, headers of frames included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Updates that were handed to the subscribers of their topic, counted once each.</summary>
    public long UpdatesDelivered { get; init; }

    /// <summary>Updates that subscribers' overflow policies dropped.</summary>
    public long UpdatesDropped { get; init; }

    /// <summary>Holes in the venue's numbers that were told to a subscriber.</summary>
    public long Gaps { get; init; }

    /// <summary>How many times Ready was reached again after a loss.</summary>
    public long Reconnects { get; init; }

    /// <summary>Attempts to connect again.</summary>
    public long ReconnectAttempts { get; init; }

    /// <summary>How often the connection, or an attempt to make it, failed.</summary>
    public long Errors { get; init; }

    /// <summary>The same by class of error; classes that did not occur are missing.</summary>
    public IReadOnlyDictionary<ErrorClass, long> ErrorsByClass { get; init; } = new Dictionary<ErrorClass, long>();

    /// <summary>Messages that the protocol handler did not recognise, or failed on.</summary>
    public long UnreadableMessages { get; init; }

    /// <summary>The last ping's round trip; null before the first.</summary>
    public TimeSpan? LastRoundTrip { get; init; }

    /// <summary>How long updates took; null where metrics are switched off, and before the first update.</summary>
    public LatencyMetrics? Latency { get; init; }

    /// <summary>The figures that matter most, in one line.</summary>
    public override string ToString()
    {
        var text = $"{Connection}: {State}, up {Readable.Duration(Uptime)}, down {Readable.Duration(Downtime)} of {Readable.Duration(Age)}, "
            + $"{Readable.Count(MessagesReceived, "message")}, {Readable.Count(Reconnects, "reconnect")}, {Readable.Count(Errors, "error")}";
        if (Errors > 0)
            text += $" ({string.Join(", ", ErrorsByClass.Select(error => $"{error.Key} {error.Value}"))})";
        return Latency is { } latency ? $"{text}, latency {latency}" : text;
    }
}

/// <summary>
/// How long updates took from the read to the hand-over to their subscribers: to an actor's mailbox or a stream's buffer. Taken once for all updates of
/// a read; percentiles are right to an eighth.
/// </summary>
/// <param name="Updates">How many updates were measured.</param>
public sealed record LatencyMetrics(long Updates)
{
    /// <summary>The mean.</summary>
    public TimeSpan Average { get; init; }

    /// <summary>The longest.</summary>
    public TimeSpan Max { get; init; }

    /// <summary>The median.</summary>
    public TimeSpan P50 { get; init; }

    /// <summary>95 of 100 updates took no longer.</summary>
    public TimeSpan P95 { get; init; }

    /// <summary>99 of 100 updates took no longer.</summary>
    public TimeSpan P99 { get; init; }

    /// <summary>The share of updates that took less than 1 ms, 0 to 1.</summary>
    public double UnderOneMillisecond { get; init; }

    /// <summary>Updates that took longer than <c>TelemetryOptions.LatencyBudget</c>; 0 where there is none.</summary>
    public long BudgetViolations { get; init; }

    /// <summary>The percentiles and the longest, in one line.</summary>
    public override string ToString() =>
        $"p50 {Readable.Duration(P50)}, p95 {Readable.Duration(P95)}, p99 {Readable.Duration(P99)}, max {Readable.Duration(Max)} over {Readable.Count(Updates, "update")}";
}
