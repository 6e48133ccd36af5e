namespace AkkaWs.Options;

/// <summary>What is kept while the connection is down. Subscriptions are always kept; requests and sends only if they ask for it.</summary>
public sealed record QueueOptions
{
    /// <summary>How many commands may wait. Default: 256.</summary>
    public int Capacity { get; init; } = 256;

    /// <summary>How many bytes of payload may wait. Default: 4 MiB.</summary>
    public long MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a queued command waits unless it says otherwise; then it fails and is never sent. Default: 5 s.</summary>
    public TimeSpan DefaultTtl { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What gives way when the queue is full. Default: <see cref="QueueOverflow.Reject"/>.</summary>
    public QueueOverflow Overflow { get; init; } = QueueOverflow.Reject;

    /// <summary>
    /// What becomes of messages that wait for the socket when the connection is closed. Commands that wait for Ready fail either way: a close does
    /// not wait for a connection. Default: <see cref="QueueOnClose.Fail"/>.
    /// </summary>
    public QueueOnClose OnClose { get; init; } = QueueOnClose.Fail;
}

/// <summary>What becomes of accepted messages when a connection is closed on request.</summary>
public enum QueueOnClose
{
    /// <summary>The close frame goes out at once; what is not yet written fails with <c>NotSentException</c>.</summary>
    Fail,

    /// <summary>What is not yet written is written before the close frame, for at most <c>CloseTimeout</c>.</summary>
    Flush,
}

/// <summary>What gives way when a queue is full.</summary>
public enum QueueOverflow
{
    /// <summary>The new command fails with <c>CapacityExceededException</c>.</summary>
    Reject,

    /// <summary>The oldest waiting command fails with <c>NotSentException</c>.</summary>
    DropOldest,
}
