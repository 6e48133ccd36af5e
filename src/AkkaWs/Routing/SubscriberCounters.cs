namespace AkkaWs.Routing;

/// <summary>What subscribers did not get, or could not use. Written and read from any thread.</summary>
internal sealed class SubscriberCounters
{
    private long _dropped;
    private long _lagged;
    private long _badPayloads;
    private long _gaps;
    private long _callbackErrors;

    /// <summary>Updates that overflow policies dropped.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Subscriptions that ended because their subscriber was too slow.</summary>
    public long Lagged => Volatile.Read(ref _lagged);

    /// <summary>Payloads that typed subscriptions could not read.</summary>
    public long BadPayloads => Volatile.Read(ref _badPayloads);

    /// <summary>How often user code threw.</summary>
    public long CallbackErrors => Volatile.Read(ref _callbackErrors);

    /// <summary>Holes in the venue's numbers.</summary>
    public long Gaps => Volatile.Read(ref _gaps);

    public void AddGap() => Interlocked.Increment(ref _gaps);

    public void AddBadPayload() => Interlocked.Increment(ref _badPayloads);

    public void AddCallbackError() => Interlocked.Increment(ref _callbackErrors);

    public void AddDropped(long updates)
    {
        if (updates > 0)
            Interlocked.Add(ref _dropped, updates);
    }

    public void AddLagged() => Interlocked.Increment(ref _lagged);
}
