using AkkaWs.Messages;

namespace AkkaWs.Telemetry;

/// <summary>What the instruments read of a connection when somebody collects them, on whatever thread that is.</summary>
internal interface IMeasuredConnection
{
    /// <summary>The tags of each of its measurements: actor system and connection.</summary>
    KeyValuePair<string, object?>[] Tags { get; }

    ConnectionState State { get; }

    long Epoch { get; }

    int Attempt { get; }

    long MessagesReceived { get; }

    SocketTraffic.Totals Sockets { get; }

    /// <summary>Updates by kind of topic.</summary>
    IEnumerable<KeyValuePair<string, long>> Delivered { get; }

    long Dropped { get; }

    long Lagged { get; }

    long Gaps { get; }

    /// <summary>Updates that wait for subscriptions.</summary>
    long UnreadUpdates { get; }

    long UnreadBytes { get; }

    /// <summary>How long the oldest of them has waited; zero if none does.</summary>
    TimeSpan OldestUnread { get; }

    long Unrouted { get; }

    long Duplicates { get; }

    /// <summary>What could not be read, by who failed on it.</summary>
    IEnumerable<KeyValuePair<string, long>> ParseErrors { get; }

    long CallbackErrors { get; }

    long LateResponses { get; }

    int PendingRequests { get; }

    /// <summary>What waits, by queue.</summary>
    IEnumerable<KeyValuePair<string, long>> Queues { get; }

    int CreditsUsed { get; }

    long ReadPauses { get; }

    bool IsPaused { get; }

    /// <summary>Topics by how they are.</summary>
    IEnumerable<KeyValuePair<string, long>> Topics { get; }

    ErrorCounts Attempts { get; }

    ErrorCounts Reconnects { get; }

    ErrorCounts Errors { get; }

    long Rotations { get; }

    TimeSpan Downtime { get; }

    /// <summary>Since the last message was read; null before the first.</summary>
    TimeSpan? Silence { get; }

    long BudgetViolations { get; }
}
