namespace AkkaWs.Wire;

/// <summary>
/// The priority of a queued write. Lanes drain in the order of their values; within a lane the order is that of posting.
/// Pongs and closes pass ahead of every lane. A frame that has begun is never interrupted.
/// </summary>
public enum WireLane
{
    /// <summary>Ahead of everything that callers send: logins, answers to pings that travel as messages.</summary>
    Immediate,

    /// <summary>Cancels of orders. They have places of their own in the queue: what others have filled refuses none.</summary>
    Urgent,

    /// <summary>Orders.</summary>
    High,

    /// <summary>Heartbeats.</summary>
    Raised,

    /// <summary>Bulk subscribes.</summary>
    Elevated,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>When nothing else waits.</summary>
    Low,
}
