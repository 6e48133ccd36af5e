namespace AkkaWs.Options;

/// <summary>
/// How a dead connection is noticed: at the latest <c>PingInterval · (1 + MissedPongsAllowed) + PongTimeout</c> after the peer vanished, and sooner where a
/// written request times out with nothing received since: that sends a ping at once.
/// </summary>
public sealed record HeartbeatOptions
{
    /// <summary>How often a ping is sent while Ready; <see cref="TimeSpan.Zero"/> switches pings off. Default: 30 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the pong, counted from the ping that was sent, or from the last data received since. Default: 10 s.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long data alone keeps a connection, counted from the first ping that is unanswered: a slow link delays pongs behind data, but a server that pushes
    /// and answers no ping may no longer read. Null: the larger of 60 s and <c>3 · (PingInterval + PongTimeout)</c>. Default: null.
    /// </summary>
    public TimeSpan? MaxExtension { get; init; }

    /// <summary>How many pongs in a row may be missing without a loss; pings go on meanwhile. Default: 0.</summary>
    public int MissedPongsAllowed { get; init; }

    /// <summary>True: WebSocket ping frames (RFC 6455 section 5.5.2). False: the protocol handler's own ping message, where it has one. Default: true.</summary>
    public bool UseFramePing { get; init; } = true;

    /// <summary>Nothing received for so long counts as a loss; null: never. Default: null.</summary>
    public TimeSpan? IdleTimeout { get; init; }
}
