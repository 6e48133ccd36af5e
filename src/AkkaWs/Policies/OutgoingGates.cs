using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>What a message is, for the limit that it counts by.</summary>
internal enum RateKind
{
    Other,

    /// <summary>It subscribes, unsubscribes or logs in.</summary>
    Subscription,

    /// <summary>It places, changes or cancels orders.</summary>
    Order,
}

/// <summary>
/// The gates that outgoing messages pass: one for each kind that has a limit of its own, and one for all others. What has none passes freely.
/// </summary>
internal sealed class OutgoingGates<T>(RateLimitOptions options)
{
    // Of gates that were left with their physical connection.
    private long _rejectedBefore;

    /// <summary>Of messages about subscriptions alone; null: they count as others.</summary>
    public RateGate<T>? Subscriptions { get; private set; } = GateOf(options.Subscriptions);

    /// <summary>
    /// Of messages about subscriptions on the second physical connection of a rotation, be it the new one or the one that is left; null: there is none, or both
    /// share <see cref="Subscriptions"/>.
    /// </summary>
    public RateGate<T>? SubscriptionsBeside { get; private set; }

    /// <summary>Of orders alone; null: they count as others.</summary>
    public RateGate<T>? Orders { get; } = GateOf(options.Orders);

    /// <summary>Of the others; null: their rate is not limited.</summary>
    public RateGate<T>? Outgoing { get; } = GateOf(options.Outgoing);

    /// <summary>Those there are, orders first.</summary>
    public IEnumerable<RateGate<T>> All
    {
        get
        {
            if (Orders is not null)
                yield return Orders;
            if (Outgoing is not null)
                yield return Outgoing;
            if (Subscriptions is not null)
                yield return Subscriptions;
            if (SubscriptionsBeside is not null)
                yield return SubscriptionsBeside;
        }
    }

    /// <summary>How many wait at all of them.</summary>
    public int Waiting => (Orders?.Waiting ?? 0) + (Outgoing?.Waiting ?? 0) + (Subscriptions?.Waiting ?? 0) + (SubscriptionsBeside?.Waiting ?? 0);

    /// <summary>How many were rejected at all of them.</summary>
    public long Rejected =>
        _rejectedBefore + (Orders?.Rejected ?? 0) + (Outgoing?.Rejected ?? 0) + (Subscriptions?.Rejected ?? 0) + (SubscriptionsBeside?.Rejected ?? 0);

    /// <summary>The gate that messages of a kind pass; null: they pass freely.</summary>
    public RateGate<T>? Of(RateKind kind) => kind switch
    {
        RateKind.Subscription => Subscriptions ?? Outgoing,
        RateKind.Order => Orders ?? Outgoing,
        _ => Outgoing,
    };

    /// <summary>The gate that messages of a kind pass on the second physical connection of a rotation; null: they pass freely.</summary>
    public RateGate<T>? OfBeside(RateKind kind) => kind == RateKind.Subscription && SubscriptionsBeside is { } own ? own : Of(kind);

    /// <summary>A physical connection begins in place of one that was lost: what is counted by connection starts anew.</summary>
    public void BeginAnew()
    {
        if (!options.SubscriptionsPerConnection)
            return;
        _rejectedBefore += Subscriptions?.Rejected ?? 0;
        Subscriptions = GateOf(options.Subscriptions);
    }

    /// <summary>A second physical connection begins beside the one in charge.</summary>
    public void OpenBeside() => SubscriptionsBeside = options.SubscriptionsPerConnection ? GateOf(options.Subscriptions) : null;

    /// <summary>The second one comes into charge, and the one before is left; what callers have waiting goes by the one in charge.</summary>
    public void ChangePlaces()
    {
        if (SubscriptionsBeside is not { } beside)
            return;
        Subscriptions!.MoveTo(beside);
        (Subscriptions, SubscriptionsBeside) = (beside, Subscriptions);
    }

    /// <summary>The second physical connection is gone.</summary>
    public void CloseBeside()
    {
        _rejectedBefore += SubscriptionsBeside?.Rejected ?? 0;
        SubscriptionsBeside = null;
    }

    /// <summary>How long until the next that waits at one of them may pass; null: nothing waits.</summary>
    public TimeSpan? NextAvailable(TimeSpan now) => All.Min(gate => gate.NextAvailable(now));

    /// <summary>Takes out what is no longer wanted, at all of them.</summary>
    public IReadOnlyList<T> RemoveAll(Predicate<T> match) => Waiting == 0 ? [] : [.. All.SelectMany(gate => gate.RemoveAll(match))];

    private static RateGate<T>? GateOf(RateOptions rate) => rate.Limit is null ? null : new(rate);
}
