namespace AkkaWs.Messages;

/// <summary>
/// What one subscriber asks for beyond the updates. Others of the same topics are not concerned; who asks for nothing pays nothing.
/// </summary>
/// <example><code>
/// var latest = new SubscribeOptions { Overflow = OverflowPolicy.Conflate };
/// </code></example>
public sealed record SubscribeOptions
{
    /// <summary>Streams, channels and callbacks have a buffer of their own, and end when it is full; actors are told without a bound.</summary>
    public static SubscribeOptions Default { get; } = new();

    /// <summary>What happens when the subscriber is too slow; of actors, those with a <see cref="Window"/>. Default: <see cref="OverflowPolicy.Fail"/>.</summary>
    public OverflowPolicy Overflow { get; init; }

    /// <summary>
    /// How many updates may wait for the subscriber, where the policy is not <see cref="OverflowPolicy.Backpressure"/>; markers count too. Their bytes
    /// are bounded by <c>SubscriptionOptions.BufferBytes</c>. Null: <c>SubscriptionOptions.BufferCapacity</c>. Default: null.
    /// </summary>
    public int? Capacity { get; init; }

    /// <summary>
    /// Whether the topics are asked for ahead of others, above all after a reconnect. Holds until their last subscriber leaves. Default: false.
    /// </summary>
    public bool Critical { get; init; }

    /// <summary>
    /// For actors: how many messages per topic may be under way without an <see cref="Ack"/>; what goes beyond waits by
    /// <see cref="Overflow"/>, instead of in the mailbox. Null: no acknowledgement, and a mailbox without a bound. Default: null.
    /// </summary>
    public int? Window { get; init; }

    /// <summary>
    /// Whether holes in the venue's numbers are told (<see cref="Gap"/>), and what is done about them. Null: they are not looked for. Default: null.
    /// </summary>
    public GapRecovery? Gaps { get; init; }

    /// <summary>
    /// How old the last update of a topic may be before <see cref="Stale"/> is told, here and as <see cref="TopicStale"/>; it takes up to a
    /// quarter longer. Null: for ever. Default: null.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether a stale topic is subscribed again, once per <see cref="MaxAge"/> while it is. Default: false.</summary>
    public bool ResubscribeWhenStale { get; init; }

    /// <summary>Whether each topic has to keep something for this subscriber.</summary>
    internal bool IsSpecial => Window is not null || Gaps is not null || MaxAge is not null;

    internal void ThrowIfInvalid()
    {
        if (Window is < 1 or > 1 << 24)
            throw new ArgumentOutOfRangeException(nameof(Window), Window, "Allowed: 1 to 16777216.");
        if (MaxAge is { } age && (age <= TimeSpan.Zero || age > TimeSpan.FromDays(1)))
            throw new ArgumentOutOfRangeException(nameof(MaxAge), MaxAge, "Allowed: more than 0, at most 1 day.");
        if (Gaps is { } gaps && !Enum.IsDefined(gaps))
            throw new ArgumentOutOfRangeException(nameof(Gaps), Gaps, "The recovery is unknown.");
        if (!Enum.IsDefined(Overflow))
            throw new ArgumentOutOfRangeException(nameof(Overflow), Overflow, "The policy is unknown.");
        if (Capacity is < 1 or > 1 << 24)
            throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, "Allowed: 1 to 16777216.");
    }
}
