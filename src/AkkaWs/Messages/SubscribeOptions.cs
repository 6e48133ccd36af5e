namespace AkkaWs.Messages;

/// <summary>
/// What one subscriber asks for beyond the updates. Others of the same topics are not concerned; who asks for nothing pays nothing.
/// </summary>
/// <example><code>
/// var latest = new SubscribeOptions { Overflow = OverflowPolicy.Conflate };
/// </code></example>
public sealed record SubscribeOptions
{
    /// <summary>Streams, channels and callbacks push back; actors are told without a bound.</summary>
    public static SubscribeOptions Default { get; } = new();

    /// <summary>What happens when the subscriber is too slow. Default: <see cref="OverflowPolicy.Backpressure"/>.</summary>
    public OverflowPolicy Overflow { get; init; }

    /// <summary>
    /// How many updates may wait for the subscriber, where the policy is not <see cref="OverflowPolicy.Backpressure"/>; markers count too. Null:
    /// <c>SubscriptionOptions.BufferCapacity</c>. Default: null.
    /// </summary>
    public int? Capacity { get; init; }

    /// <summary>
    /// Whether the topics are asked for ahead of others, above all after a reconnect. Holds until their last subscriber leaves. Default: false.
    /// </summary>
    public bool Critical { get; init; }

    internal void ThrowIfInvalid()
    {
        if (!Enum.IsDefined(Overflow))
            throw new ArgumentOutOfRangeException(nameof(Overflow), Overflow, "The policy is unknown.");
        if (Capacity is < 1 or > 1 << 24)
            throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, "Allowed: 1 to 16777216.");
    }
}
