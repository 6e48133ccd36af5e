namespace AkkaWs.Wire;

/// <summary>
/// The priority of a queued write. Lanes drain in the order of their values; within a lane the order is that of posting.
/// Pongs and closes pass ahead of every lane. A frame that has begun is never interrupted.
/// </summary>
public enum WireLane
{
    /// <summary>Ahead of everything else that callers send: order cancels, heartbeats.</summary>
    Urgent,

    /// <summary>Ahead of ordinary traffic: orders.</summary>
    High,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>When nothing else waits: bulk subscribes.</summary>
    Low,
}
