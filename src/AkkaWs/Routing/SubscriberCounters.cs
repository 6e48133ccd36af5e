namespace AkkaWs.Routing;

/// <summary>What subscribers did not get, or could not use. Written and read from any thread.</summary>
internal sealed class SubscriberCounters
{
    private long _dropped;
    private long _lagged;

    /// <summary>Updates that overflow policies dropped.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Subscriptions that ended because their subscriber was too slow.</summary>
    public long Lagged => Volatile.Read(ref _lagged);

    public void AddDropped(long updates)
    {
        if (updates > 0)
            Interlocked.Add(ref _dropped, updates);
    }

    public void AddLagged() => Interlocked.Increment(ref _lagged);
}
