using Akka.Actor;
using Akka.Event;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>What subscribers did not get, or could not use. Written and read from any thread.</summary>
internal sealed class SubscriberCounters
{
    private long _dropped;
    private long _lagged;
    private long _badPayloads;
    private long _gaps;
    private long _callbackErrors;
    private long _unreadable;

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

    /// <summary>Updates that a reading member of the protocol handler failed on, for one subscriber: they are dropped.</summary>
    public long Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>Is told of the 1st, 2nd, 4th, 8th … unreadable update, and of what waits without a bound; null: nobody is.</summary>
    public IActorRef? Owner { get; set; }

    public void AddGap() => Interlocked.Increment(ref _gaps);

    public void AddBadPayload() => Interlocked.Increment(ref _badPayloads);

    public void AddCallbackError() => Interlocked.Increment(ref _callbackErrors);

    public void AddDropped(long updates)
    {
        if (updates > 0)
            Interlocked.Add(ref _dropped, updates);
    }

    /// <summary>Counts an update that a member of the protocol handler failed on.</summary>
    public void AddUnreadable(string member, Exception error)
    {
        var count = Interlocked.Increment(ref _unreadable);
        if (long.IsPow2(count))
            Owner?.Tell(new UpdateUnreadable(member, error, count), ActorRefs.NoSender);
    }

    /// <summary>So much waits for a subscription without a bound, the last of it of this topic, as never did before.</summary>
    public void ReportHigh(Topic topic, long updates, long bytes) => Owner?.Tell(new BacklogRose(topic, updates, bytes), ActorRefs.NoSender);

    public void AddLagged() => Interlocked.Increment(ref _lagged);
}

/// <summary>So much waits unread for a subscription without a bound.</summary>
internal sealed record BacklogRose(Topic Topic, long Updates, long Bytes) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>A reading member of the protocol handler failed on an update, not for the first time where <paramref name="Count"/> is above 1.</summary>
internal sealed record UpdateUnreadable(string Member, Exception Error, long Count) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
