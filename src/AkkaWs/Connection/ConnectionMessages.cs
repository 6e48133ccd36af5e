using Akka.Actor;
using Akka.Event;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Routing;

namespace AkkaWs.Connection;

/// <summary>Subscribes a sink of this process. Replies as <c>Subscribe</c> does.</summary>
internal sealed record SubscribeSink(IReadOnlyList<Topic> Topics, IUpdateSink Sink, SubscribeOptions? Options = null) : INoSerializationVerificationNeeded;

/// <summary>Ends <see cref="SubscribeSink"/>. Replies <c>Unsubscribed</c>.</summary>
internal sealed record UnsubscribeSink(IReadOnlyList<Topic> Topics, IUpdateSink Sink) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The caller no longer wants the outcome.</summary>
internal sealed record WithdrawRequest(RequestCall Call) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>A send that its caller may take back until it is written.</summary>
internal sealed record TrackedSend(Messages.Send Command, CancellationToken Cancelled) : INoSerializationVerificationNeeded;

/// <summary>What the connection tells itself. One that its state does not know belongs to an earlier state or epoch, and is dropped.</summary>
internal abstract record ConnectionSignal : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The delay before the next attempt is over, which was to end at <paramref name="At"/>.</summary>
internal sealed record ConnectNow(Epoch After, TimeSpan At) : ConnectionSignal;

/// <summary>The handler built the login message.</summary>
internal sealed record AuthenticationBuilt(Epoch Epoch, OutboundMessage Message) : ConnectionSignal;

/// <summary>The handler could not build the login message.</summary>
internal sealed record AuthenticationNotBuilt(Epoch Epoch, Exception Error) : ConnectionSignal;

/// <summary>The login is about to expire.</summary>
internal sealed record RenewalDue(Epoch Epoch) : ConnectionSignal;

/// <summary>The login took too long.</summary>
internal sealed record AuthenticationDeadline(Epoch Epoch) : ConnectionSignal;

/// <summary>It is time to tell the server what was left.</summary>
internal sealed record ReconcileDue : ConnectionSignal
{
    public static ReconcileDue Instance { get; } = new();
}

/// <summary>Nobody came back to the topic in time.</summary>
internal sealed record LingerOver : ConnectionSignal
{
    public static LingerOver Instance { get; } = new();
}

/// <summary>The message that asks for a snapshot could not be written: it is time to try again.</summary>
internal sealed record RetryRecovery(Topic Topic, TimeSpan At) : ConnectionSignal;

/// <summary>No snapshot came in time; the next gap may ask again.</summary>
internal sealed record RecoveryExpired(Topic Topic) : ConnectionSignal;

/// <summary>User code that was called with a message of the topic threw, not for the first time.</summary>
internal sealed record ReportSubscriber(Topic Topic, Exception Error, long Errors) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Reading pauses for want of a credit.</summary>
internal sealed record ReadingPaused : ConnectionSignal
{
    public static ReadingPaused Instance { get; } = new();
}

/// <summary>It is time to see whether that pause was more than a moment.</summary>
internal sealed record StallNotice : ConnectionSignal
{
    public static StallNotice Instance { get; } = new();
}

/// <summary>It is time to see whether a subscriber holds up the reading.</summary>
internal sealed record StallLook : ConnectionSignal
{
    public static StallLook Instance { get; } = new();
}

/// <summary>The heartbeat's policy may have something to say.</summary>
internal sealed record HeartbeatDue(Epoch Epoch, TimeSpan At) : ConnectionSignal;

/// <summary>A request that was written timed out, and nothing was received since: a ping is to tell whether the server is there.</summary>
internal sealed record SilenceSuspected(Epoch Epoch) : ConnectionSignal;

/// <summary>The ping was handed to the transport.</summary>
internal sealed record PingWritten(Epoch Epoch) : ConnectionSignal;

/// <summary>What waits for the outgoing rate's gate may pass, or has expired.</summary>
internal sealed record OutgoingDue(Epoch Epoch, TimeSpan At) : ConnectionSignal;

/// <summary>The next message about subscriptions may go out.</summary>
internal sealed record ReconcileNext(Epoch Epoch) : ConnectionSignal;

/// <summary>The connection has been Ready long enough to count as stable.</summary>
internal sealed record Stable(Epoch Epoch) : ConnectionSignal;

/// <summary>It is time to replace the physical connection.</summary>
internal sealed record RotationDue(Epoch Epoch) : ConnectionSignal;

/// <summary>The socket that comes up beside the one in charge took too long.</summary>
internal sealed record StandbyDeadline(Epoch Epoch, TimeSpan Deadline) : ConnectionSignal;

/// <summary>The socket that was in charge is not waited for any longer.</summary>
internal sealed record OverlapOver(Epoch Epoch) : ConnectionSignal;

/// <summary>The socket in charge is ended so that another can take its place: its requests are answered, or not waited for any longer.</summary>
internal sealed record LeaveNow(Epoch Epoch) : ConnectionSignal;

/// <summary>The server did not answer a subscribe or unsubscribe message in time.</summary>
internal sealed record ConfirmDeadline(RequestId Id) : ConnectionSignal;

/// <summary>It is time to ask again for topics that were refused after a reconnect, or that the write queue had no room for.</summary>
internal sealed record RetryRefused(Epoch Epoch) : ConnectionSignal;

/// <summary>It is time to ask again, or leave again, topic by topic, where the server did not answer.</summary>
internal sealed record RetryUnanswered(Epoch Epoch) : ConnectionSignal;

/// <summary>Of a topic that was left and asked for again, updates of the earlier subscription come no more, as far as that can be known by the time.</summary>
internal sealed record DoubtOver : ConnectionSignal
{
    public static DoubtOver Instance { get; } = new();
}

/// <summary>It is time to see which topics are still not confirmed.</summary>
internal sealed record UnconfirmedCheck(Epoch Epoch) : ConnectionSignal;

/// <summary>It is time to see which topics have had no update for long.</summary>
internal sealed record StalenessCheck(Epoch Epoch) : ConnectionSignal;

/// <summary>Closing takes too long.</summary>
internal sealed record ClosingDeadline(Epoch Epoch) : ConnectionSignal;

/// <summary>Told to the parent: the connection is closed for good; its actor only answers commands with that.</summary>
internal sealed record ConnectionEnded : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static ConnectionEnded Instance { get; } = new();
}

/// <summary>A queued command may have expired.</summary>
internal sealed record QueueExpiry(TimeSpan At) : ConnectionSignal;

/// <summary>What requests have posted is to be written: behind all requests that waited when the first of them was posted.</summary>
internal sealed record FlushWrites : ConnectionSignal
{
    public static FlushWrites Instance { get; } = new();
}

/// <summary>Requests may have timed out.</summary>
internal sealed record RequestsDue(TimeSpan At) : ConnectionSignal;

/// <summary>It is time to let idle request actors go.</summary>
internal sealed record ShrinkPool : ConnectionSignal
{
    public static ShrinkPool Instance { get; } = new();
}
