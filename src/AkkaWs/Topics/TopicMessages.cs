using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Topics;

/// <summary>Adds a subscriber that is an actor; watched from now on.</summary>
internal sealed record AddSubscriber(IActorRef Subscriber, bool Batched) : INoSerializationVerificationNeeded;

/// <summary>Removes a subscriber that is an actor.</summary>
internal sealed record RemoveSubscriber(IActorRef Subscriber, LeaveReceipt? Receipt = null) : INoSerializationVerificationNeeded;

/// <summary>Adds a subscriber in this process.</summary>
internal sealed record AddSink(IUpdateSink Sink) : INoSerializationVerificationNeeded;

/// <summary>Removes a subscriber in this process.</summary>
internal sealed record RemoveSink(IUpdateSink Sink, LeaveReceipt? Receipt = null) : INoSerializationVerificationNeeded;

/// <summary>The topic is confirmed on this physical connection.</summary>
internal sealed record ConfirmTopic(Epoch Epoch) : INoSerializationVerificationNeeded;

/// <summary>The physical connection is gone.</summary>
internal sealed record InterruptTopic(Epoch Epoch, CloseReason Reason) : INoSerializationVerificationNeeded;

/// <summary>Reading has paused for a while: notes how far each subscriber is.</summary>
internal sealed record MarkProgress : INoSerializationVerificationNeeded
{
    public static MarkProgress Instance { get; } = new();
}

/// <summary>Reading has paused since <see cref="MarkProgress"/>: ends the subscriptions that hold it up.</summary>
internal sealed record FailStuck(CloseReason Reason) : INoSerializationVerificationNeeded;

/// <summary>No updates will follow; the topic's actor tells its subscribers and stops.</summary>
internal sealed record EndTopic(CloseReason Reason) : INoSerializationVerificationNeeded;

/// <summary>Told to the parent: the last subscriber left, after so many joined; a join under way makes it void.</summary>
internal sealed record TopicDeserted(Topic Topic, long Joins) : INoSerializationVerificationNeeded;

/// <summary>Answers an unsubscribe command once every topic has let the subscriber go: what the server sends after that no longer reaches it.</summary>
internal sealed class LeaveReceipt(IActorRef asker, Unsubscribed reply, int topics)
{
    private int _open = topics;

    public void Sign()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            asker.Tell(reply);
    }
}
