using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>
/// Where the updates of one topic go. The topic's actor owns the membership and publishes it as a snapshot; the read loop fans out from the
/// snapshot directly, and through the actor while there is none that holds (before the first confirmation, and around a reconnect).
/// </summary>
internal sealed class TopicRoute
{
    private readonly Lock _lock = new();

    // Made with the first group that is left to the topic's actor.
    private Queue<TopicGroup>? _posted;
    private bool _ended;
    private volatile int _subscribers;

    public TopicRoute(Topic topic)
    {
        Topic = topic;
        Progress = new RouteProgress(this);
    }

    public Topic Topic { get; }

    /// <summary>Whether the topic stands for all that match it.</summary>
    public bool IsPattern { get; init; }

    /// <summary>The kind that metrics count its updates under.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How old its last update may be before it counts as stale, for the connection and for subscribers without an age of their own; null: for ever.</summary>
    public StalenessWatch? Staleness { get; set; }

    /// <summary>Tells, on any thread, why the topic ends where its actor stops by itself; null: nobody knows.</summary>
    public Func<CloseReason>? StopReason { get; init; }

    /// <summary>The topic's actor. Set once, before the route is published.</summary>
    public IActorRef Owner { get; set; } = ActorRefs.Nobody;

    /// <summary>What the topic's actor must not lose when it is restarted. Its own.</summary>
    public TopicMembers Members { get; } = new();

    /// <summary>How many subscribers the topic has, as its actor saw it last.</summary>
    public int Subscribers
    {
        get => _subscribers;
        set => _subscribers = value;
    }

    /// <summary>What a connection that stands by has received before this is not delivered, in ticks of <c>Stopwatch</c>. Of the <see cref="ReadTurn"/>.</summary>
    public long AskedAgainAt { get; set; }

    /// <summary>
    /// The physical connection on which the server ended the subscription, until it is asked for again: what still comes there is not delivered, and proves
    /// no subscription. Of the <see cref="ReadTurn"/>.
    /// </summary>
    public Epoch EndedOn { get; set; }

    /// <summary>The read loop's side.</summary>
    public RouteProgress Progress { get; }

    /// <summary>Of a pattern: what was last delivered of each topic that matches it. The read loop's, within the <see cref="ReadTurn"/>.</summary>
    public Dictionary<Topic, PatternMark>? Matched { get; set; }

    /// <summary>
    /// Leaves a group to the topic's actor, which is told to take it. The group waits here and not in the message, so that one which the actor
    /// never gets to see gives its credit back all the same.
    /// </summary>
    public void Post(TopicGroup group)
    {
        lock (_lock)
        {
            if (!_ended)
            {
                (_posted ??= new()).Enqueue(group);
                Owner.Tell(GroupPosted.Instance, ActorRefs.NoSender);
                return;
            }
        }

        group.Credit.Release();
    }

    /// <summary>Leaves updates to the topic's actor, within the <see cref="ReadTurn"/>: until it has taken them, it is left all others too.</summary>
    public void Hand(Epoch epoch, TopicUpdate[] updates, BatchCredit credit)
    {
        Progress.Posted++;
        credit.Retain();
        Post(new TopicGroup(epoch, updates, credit));
    }

    /// <summary>
    /// Leaves a mark to the topic's actor, within the <see cref="ReadTurn"/>: behind every update that was handed over before, ahead of every one that is
    /// handed over from now on.
    /// </summary>
    public void Post(TopicMark mark)
    {
        Progress.Posted++;
        Post(new TopicGroup(mark.Epoch, [], BatchCredit.None) { Mark = mark });
    }

    /// <summary>The next group that was left to the topic's actor; it releases the credit.</summary>
    public TopicGroup? Take()
    {
        lock (_lock)
            return _posted is not null && _posted.TryDequeue(out var group) ? group : null;
    }

    /// <summary>The topic's actor takes no more groups: their credits go back, now and from now on.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Progress.Published = null;
            while (_posted is not null && _posted.TryDequeue(out var group))
                group.Credit.Release();
        }
    }
}

/// <summary>A subscriber in this process that takes a group of updates at once, such as a stream's buffer. Thread-safe.</summary>
internal interface IUpdateSink
{
    /// <summary>Takes updates; keeps the credit until they are consumed where it applies backpressure.</summary>
    void Accept(TopicUpdate[] updates, BatchCredit credit);

    /// <summary>Takes a marker, in order with the updates.</summary>
    void Accept(TopicMessage marker);
}

/// <summary>Updates of one batch that the topic's actor has to deliver; it releases the credit.</summary>
internal sealed record TopicGroup(Epoch Epoch, TopicUpdate[] Updates, BatchCredit Credit)
{
    /// <summary>Set where it stands in the place of updates.</summary>
    public TopicMark? Mark { get; init; }
}

/// <summary>A place in the updates of a topic: those that the venue sent there may be missing.</summary>
/// <param name="Epoch">The physical connection that brought the updates before it.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsBridged">Whether the next update, or a confirmation, proves the subscription again.</param>
internal sealed record TopicMark(Epoch Epoch, CloseReason Reason, bool IsBridged)
{
    /// <summary>Set where updates of the subscription before may come behind the mark.</summary>
    public LeaveDoubt? Doubt { get; init; }

    /// <summary>Whether such a doubt of an earlier mark goes on.</summary>
    public bool KeepsDoubt { get; init; }
}

/// <summary>
/// A topic is subscribed again though the server has not said that it was left: until it is certain that no update of the subscription before comes any more, a
/// hole in the venue's numbers is where the new one begins.
/// </summary>
/// <param name="Handler">Reads the numbers.</param>
internal sealed record LeaveDoubt(ProtocolHandler Handler)
{
    /// <summary>Updates that were received after this, in ticks of <c>Stopwatch</c>, are of the new subscription; null: nobody knows yet.</summary>
    public long? EndsAt { get; init; }

    /// <summary>Whether those behind this update continue it.</summary>
    public bool EndsWith(TopicUpdate update) => update.ReceivedAt > EndsAt;
}

/// <summary>Tells a topic's actor to take the next group from its route.</summary>
internal sealed record GroupPosted : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static GroupPosted Instance { get; } = new();
}
