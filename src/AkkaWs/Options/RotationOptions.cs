namespace AkkaWs.Options;

/// <summary>
/// When a connection is replaced by a fresh one before the venue drops it (many do after 24 hours). The new one is up before the old one goes.
/// Where both an interval and a time of day are set, the sooner counts.
/// </summary>
public sealed record RotationOptions
{
    /// <summary>How long a physical connection is used; null: as long as it lasts. Default: null.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>By which share of itself the interval is shortened at random, 0 to 1; it is never lengthened. Default: 0.1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>When the daily window begins, a time of day in UTC; null: there is none. Default: null.</summary>
    public TimeOnly? DailyAt { get; init; }

    /// <summary>How long the daily window is; the moment within it is left to chance. Default: 1 h.</summary>
    public TimeSpan DailyWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long the old connection is kept, at most, once the new one is Ready: requests in flight finish on it. Where the venue does not confirm
    /// subscriptions, it is kept just so long. Default: 5 s.
    /// </summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How far apart the two connections may bring the same update. Used only where the protocol handler knows no sequence numbers: what the new
    /// one brought earlier than that before the old one's last update of the topic counts as a duplicate, and is dropped. Chosen too short it loses
    /// updates. Default: null, nothing is dropped and duplicates pass.
    /// </summary>
    public TimeSpan? Skew { get; init; }

    /// <summary>How many updates the new connection may bring before it delivers them; at more it is not read until then. Default: 65,536.</summary>
    public int MaxHeldUpdates { get; init; } = 65_536;

    /// <summary>How many bytes those updates may have, the last read left aside. Default: 32 MiB.</summary>
    public long MaxHeldBytes { get; init; } = 32 * 1024 * 1024;
}
