namespace AkkaWs.Messages;

/// <summary>What becomes of a command that arrives while the connection is not Ready.</summary>
/// <param name="QueueFor">How long it may wait; zero: not at all; <see cref="Timeout.InfiniteTimeSpan"/>: for <c>QueueOptions.DefaultTtl</c>.</param>
public readonly record struct WhenNotReady(TimeSpan QueueFor)
{
    /// <summary>It fails at once with <c>NotSentException</c>.</summary>
    public static WhenNotReady FailFast => default;

    /// <summary>It waits, bounded by the queue; what waits longer than <c>QueueOptions.DefaultTtl</c> (5 s by default) fails and is never sent.</summary>
    public static WhenNotReady Queue() => new(Timeout.InfiniteTimeSpan);

    /// <summary>It waits, bounded by the queue; what waits longer than <paramref name="ttl"/> fails and is never sent.</summary>
    public static WhenNotReady Queue(TimeSpan ttl) => new(ttl);

    /// <summary>Whether it may wait.</summary>
    internal bool MayWait => QueueFor > TimeSpan.Zero || QueueFor == Timeout.InfiniteTimeSpan;

    /// <summary>How long it may wait.</summary>
    internal TimeSpan TtlOr(TimeSpan byDefault) => QueueFor == Timeout.InfiniteTimeSpan ? byDefault : QueueFor;
}
