namespace AkkaWs.Hosting;

/// <summary>What the host's start does about one connection.</summary>
public sealed record WebSocketStartOptions
{
    /// <summary>
    /// Whether the host's start waits until the connection is Ready, and fails if that takes longer than <see cref="ReadyTimeout"/>. False: the host
    /// starts whatever the venue does, and the connection goes on trying. Default: false.
    /// </summary>
    public bool WaitForReady { get; init; }

    /// <summary>How long the start may wait, more than 0 and at most 1 day. Failed attempts within it are retried. Default: 30 s.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
