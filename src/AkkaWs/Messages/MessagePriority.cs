namespace AkkaWs.Messages;

/// <summary>
/// Who passes first where messages wait: in the write queue, and at the gates of <c>RateLimitOptions</c>. Within a priority the order is
/// that of sending. Pongs and closes pass ahead of all. A message whose write has begun is never interrupted.
/// </summary>
/// <remarks>
/// At a gate cancels, pings and logins share one lane, and only they may use its reserve. What comes out of the queue after a reconnect keeps its
/// order, whatever its priorities, and nothing that comes later for the same gate passes it: a cancel never overtakes an order that waited for Ready.
/// </remarks>
public enum MessagePriority
{
    /// <summary>Behind all others. Default of <see cref="Send"/>.</summary>
    Rest,

    /// <summary>As subscribe and unsubscribe messages.</summary>
    Subscribe,

    /// <summary>As heartbeats.</summary>
    Ping,

    /// <summary>Orders. Default of <see cref="Request"/>.</summary>
    Order,

    /// <summary>Cancels of orders: ahead of all others.</summary>
    Cancel,
}
