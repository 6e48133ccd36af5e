namespace AkkaWs.Routing;

/// <summary>When one topic counts as stale: it had no update for so long while it was subscribed. Pure: time comes in as an argument.</summary>
internal sealed class StalenessWatch(TimeSpan maxAge)
{
    private long _sequence;
    private TimeSpan? _quietSince;

    /// <summary>How old the last update may be.</summary>
    public TimeSpan MaxAge { get; } = maxAge;

    /// <summary>Whether the topic is stale.</summary>
    public bool IsStale { get; private set; }

    /// <summary>The physical connection is gone: what was quiet on it says nothing of the next one.</summary>
    public void Reset() => (_quietSince, IsStale) = (null, false);

    /// <summary>Takes over what a watch by another age has seen.</summary>
    public StalenessWatch GoOnFrom(StalenessWatch? before)
    {
        if (before is not null)
            (_sequence, _quietSince, IsStale) = (before._sequence, before._quietSince, before.IsStale);
        return this;
    }

    /// <summary>Looks at the topic.</summary>
    /// <param name="sequence">The number of its last update.</param>
    /// <param name="isSubscribed">Whether the server has confirmed it.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether <see cref="IsStale"/> changed.</returns>
    public bool Check(long sequence, bool isSubscribed, TimeSpan now)
    {
        if (sequence != _sequence || !isSubscribed)
            (_sequence, _quietSince) = (sequence, isSubscribed ? now : null);
        var since = _quietSince ??= isSubscribed ? now : null;
        var wasStale = IsStale;
        IsStale = now - since >= MaxAge;
        return IsStale != wasStale;
    }
}
