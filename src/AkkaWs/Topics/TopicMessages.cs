using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Topics;

/// <summary>Adds a subscriber that is an actor; watched from now on.</summary>
internal sealed record AddSubscriber(IActorRef Subscriber, bool Batched, SinkSettings? Settings = null) : INoSerializationVerificationNeeded;

/// <summary>Removes a subscriber that is an actor.</summary>
internal sealed record RemoveSubscriber(IActorRef Subscriber, LeaveReceipt? Receipt = null) : INoSerializationVerificationNeeded;

/// <summary>Adds a subscriber in this process.</summary>
internal sealed record AddSink(IUpdateSink Sink, SinkSettings? Settings = null) : INoSerializationVerificationNeeded;

/// <summary>Removes a subscriber in this process.</summary>
internal sealed record RemoveSink(IUpdateSink Sink, LeaveReceipt? Receipt = null) : INoSerializationVerificationNeeded;

/// <summary>The topic is confirmed on this physical connection.</summary>
internal sealed record ConfirmTopic(Epoch Epoch) : INoSerializationVerificationNeeded
{
    /// <summary>When it ends a doubt, as <see cref="EndDoubt"/> does; null: it ends none.</summary>
    public long? EndsDoubtAt { get; init; }
}

/// <summary>An update that is received after this time, in ticks of <c>Stopwatch</c>, is none of an earlier subscription.</summary>
internal sealed record EndDoubt(long At) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The topic is asked for again on this physical connection: an update by it proves the subscription from now on.</summary>
internal sealed record AskedAgain(Epoch Epoch) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The physical connection is gone.</summary>
internal sealed record InterruptTopic(Epoch Epoch, CloseReason Reason) : INoSerializationVerificationNeeded;

/// <summary>The topic is wanted and not confirmed; its subscribers are to know.</summary>
internal sealed record MarkUnconfirmed(DateTimeOffset Since, string Cause) : INoSerializationVerificationNeeded;

/// <summary>The topic had no update for the age at which it counts as stale by default; null: it had one again.</summary>
internal sealed record MarkStale(TimeSpan? Age, long Sequence) : INoSerializationVerificationNeeded;

/// <summary>Reading has paused for a while: notes how far each subscriber is, once per round, however many of its topics are told.</summary>
internal sealed record MarkProgress(long Round) : INoSerializationVerificationNeeded;

/// <summary>Reading has paused since <see cref="MarkProgress"/>: asks whether a subscriber of the topic holds it up. Answered by <see cref="TopicHoldsReading"/> if so.</summary>
internal sealed record FindHolder : INoSerializationVerificationNeeded
{
    public static FindHolder Instance { get; } = new();
}

/// <summary>To the parent: a subscriber of the topic holds up the reading.</summary>
internal sealed record TopicHoldsReading(Topic Topic) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>
/// Reading has paused since <see cref="MarkProgress"/>: ends the subscriptions that hold it up. It comes ahead of the mark of the same round; those that have
/// that mark already, by another of their topics, were looked at.
/// </summary>
internal sealed record FailStuck(CloseReason Reason, long Round) : INoSerializationVerificationNeeded;

/// <summary>No updates will follow; the topic's actor tells its subscribers and stops.</summary>
internal sealed record EndTopic(CloseReason Reason) : INoSerializationVerificationNeeded;

/// <summary>Told to the parent: the last subscriber left, after so many joined; a join under way makes it void.</summary>
internal sealed record TopicDeserted(Topic Topic, long Joins) : INoSerializationVerificationNeeded;

/// <summary>Told to the parent: the topic is to be recovered, once; <see cref="ConfirmTopic"/> ends it, as the next update behind a <see cref="TopicMark"/> does.</summary>
internal sealed record RecoverTopic(Topic Topic, GapRecovery Recovery) : INoSerializationVerificationNeeded;

/// <summary>Told to the parent: the topic is stale, or no longer is.</summary>
internal sealed record TopicAge(Topic Topic, TimeSpan? StaleFor) : INoSerializationVerificationNeeded;

/// <summary>Told to the parent, by streams too: a subscription ended by itself, because it was too slow or its callback did not return.</summary>
internal sealed record SubscriptionEnded(Topic Topic, CloseReason Reason) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>A recovery has ended without an effect, or nobody knows: the next gap may begin another.</summary>
internal sealed record RecoveryOver : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static RecoveryOver Instance { get; } = new();
}

/// <summary>It is time to look at the age of the last update; only the one that was scheduled last counts.</summary>
internal sealed record AgeLook(TimeSpan Interval) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Told to the parent: every topic of an unsubscribe command has let its subscriber go.</summary>
internal sealed record LeaveSettled : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static LeaveSettled Instance { get; } = new();
}

/// <summary>Told to the parent: every topic of a subscribe command has let its subscriber in.</summary>
internal sealed record JoinsSettled(JoinReceipt Receipt) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>
/// Told to the topics of a subscribe command behind their <see cref="AddSubscriber"/> or <see cref="AddSink"/>. Once each has signed, what the server sends
/// reaches the subscriber: the read loop fans out from what the topic has published, not from what waits in its mailbox.
/// </summary>
internal sealed class JoinReceipt(int topics, IActorRef connection) : INoSerializationVerificationNeeded
{
    private int _open = topics;

    public void Sign()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            connection.Tell(new JoinsSettled(this), ActorRefs.NoSender);
    }
}

/// <summary>Answers an unsubscribe command once every topic has let the subscriber go: what the server sends after that no longer reaches it.</summary>
internal sealed class LeaveReceipt(IActorRef asker, Unsubscribed reply, int topics, IActorRef connection)
{
    private int _open = topics;

    public void Sign()
    {
        if (Interlocked.Decrement(ref _open) != 0)
            return;
        asker.Tell(reply);
        connection.Tell(LeaveSettled.Instance, ActorRefs.NoSender);
    }
}
