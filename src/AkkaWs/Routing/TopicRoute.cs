using System.Collections.ObjectModel;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Messages;
using AkkaWs.Primitives;

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

    /// <summary>The topic's actor. Set once, before the route is published.</summary>
    public IActorRef Owner { get; set; } = ActorRefs.Nobody;

    /// <summary>What the topic's actor must not lose when it is restarted. Its own.</summary>
    public TopicMembers Members { get; } = new();

    /// <summary>The read loop's side.</summary>
    public RouteProgress Progress { get; }

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

/// <summary>
/// What the read loop needs of a topic, with what the topic's actor tells it. But for that, it is touched within the <see cref="ReadTurn"/> only. Few
/// lines of cache, for it is looked at with each update.
/// </summary>
internal sealed class RouteProgress(TopicRoute route)
{
    private TopicUpdate[] _updates = [];
    private int _count;
    private TopicSnapshot? _published;
    private long _handled;

    public TopicRoute Route { get; } = route;

    /// <summary>The route's.</summary>
    public Topic Topic { get; } = route.Topic;

    /// <summary>Whether it stands for every message, whatever its topic.</summary>
    public bool IsEverything { get; } = route.Topic.IsEverything;

    /// <summary>Published by the topic's actor; null: everything goes through the actor.</summary>
    public TopicSnapshot? Published
    {
        get => Volatile.Read(ref _published);
        set => Volatile.Write(ref _published, value);
    }

    /// <summary>How many groups the topic's actor has handled; the read loop fans out directly only when none is under way, or it would overtake.</summary>
    public long Handled
    {
        get => Volatile.Read(ref _handled);
        set => Volatile.Write(ref _handled, value);
    }

    /// <summary>The last sequence number given.</summary>
    public long Sequence { get; private set; }

    /// <summary>How many groups were sent to the topic's actor.</summary>
    public long Posted { get; set; }

    /// <summary>The batch that this topic was last seen in, counted per physical connection.</summary>
    public long Batch { get; set; }

    /// <summary>The physical connection of that batch.</summary>
    public Epoch Epoch { get; set; }

    /// <summary>The venue's number of the last update that was delivered; null where it has none.</summary>
    public long? SourceSequence { get; private set; }

    /// <summary>When the last update that was delivered had been read, in ticks of <c>Stopwatch</c>; 0 before the first.</summary>
    public long ReceivedAt { get; private set; }

    /// <summary>Of a pattern: what was last delivered of each topic that matches it. Null until there is something.</summary>
    public Dictionary<Topic, PatternMark>? Matched { get; set; }

    /// <summary>The updates of that batch.</summary>
    public ReadOnlySpan<TopicUpdate> Updates => _updates.AsSpan(0, _count);

    /// <summary>The snapshot to fan out from now, or null if the topic's actor has to do it.</summary>
    public TopicSnapshot? DirectSnapshot() =>
        Published is { } snapshot && snapshot.Epoch == Epoch && Handled == Posted ? snapshot : null;

    /// <summary>Makes the topic's next update of that batch.</summary>
    public void Add(Topic topic, ReadOnlyMemory<byte> payload, long? sourceSequence, long receivedAt)
    {
        if (_count == _updates.Length)
            Array.Resize(ref _updates, Math.Max(4, _count * 2));
        _updates[_count++] = new TopicUpdate(topic, payload, Epoch, ++Sequence, sourceSequence, receivedAt);
    }

    /// <summary>Forgets the updates of that batch, which are delivered.</summary>
    public void Clear()
    {
        var last = _updates[_count - 1];
        (SourceSequence, ReceivedAt) = (last.SourceSequence, last.ReceivedAt);
        _updates.AsSpan(0, _count).Clear();
        _count = 0;
    }
}

/// <summary>The last update of a topic that was delivered to the subscribers of a pattern.</summary>
/// <param name="Epoch">The physical connection that brought it.</param>
/// <param name="Sequence">The venue's number; null where it has none.</param>
/// <param name="ReceivedAt">When it had been read, in ticks of <c>Stopwatch</c>.</param>
internal readonly record struct PatternMark(Epoch Epoch, long? Sequence, long ReceivedAt);

/// <summary>The subscribers of a topic at one moment on one physical connection, and who their updates come from. Immutable.</summary>
internal sealed record TopicSnapshot(Epoch Epoch, IActorRef Sender, IActorRef[] Each, IActorRef[] Batched, IUpdateSink[] Sinks)
{
    /// <summary>Whether someone wants the updates of a batch together.</summary>
    public bool WantsGroups => Batched.Length > 0 || Sinks.Length > 0;
}

/// <summary>The subscribers of a topic, and how far it is: owned by the topic's actor, kept across its restarts.</summary>
internal sealed class TopicMembers
{
    // Made with the first of their kind: most topics never have one.
    private HashSet<IActorRef>? _batched;
    private HashSet<IUpdateSink>? _sinks;
    private Dictionary<object, SpecialMember>? _special;

    /// <summary>Replaced with each change, so that a snapshot may share it: most topics have one subscriber, for whom a set would be large.</summary>
    public IActorRef[] Each { get; private set; } = [];

    public IReadOnlyCollection<IActorRef> Batched => _batched is null ? [] : _batched;

    public IReadOnlyCollection<IUpdateSink> Sinks => _sinks is null ? [] : _sinks;

    /// <summary>Those of them that asked for more than updates, by actor or sink.</summary>
    public IReadOnlyDictionary<object, SpecialMember> Special => _special ?? (IReadOnlyDictionary<object, SpecialMember>)ReadOnlyDictionary<object, SpecialMember>.Empty;

    /// <summary>Set while a recovery is under way.</summary>
    public GapRecovery? Recovery { get; set; }

    /// <summary>How many times a subscriber joined.</summary>
    public long Joins { get; set; }

    /// <summary>The physical connection that the topic is confirmed on.</summary>
    public Epoch? LiveEpoch { get; set; }

    /// <summary>Set while the topic is interrupted.</summary>
    public Interrupted? Interruption { get; set; }

    public bool IsEmpty => Each.Length == 0 && Batched.Count == 0 && Sinks.Count == 0;

    /// <summary>Adds a plain subscriber, or lets it change between one by one and batched; false if it is there like this.</summary>
    public bool Add(IActorRef subscriber, bool batched)
    {
        if (!(batched ? (_batched ??= []).Add(subscriber) : AddEach(subscriber)))
            return false;
        if (batched)
            RemoveEach(subscriber);
        else
            _batched?.Remove(subscriber);
        return true;
    }

    /// <summary>Removes a plain subscriber; false if it is none.</summary>
    public bool Remove(IActorRef subscriber) => RemoveEach(subscriber) | _batched?.Remove(subscriber) == true;

    /// <summary>Adds a sink; false if it is there.</summary>
    public bool Add(IUpdateSink sink) => (_sinks ??= []).Add(sink);

    /// <summary>Removes a sink; false if it is none.</summary>
    public bool Remove(IUpdateSink sink) => _sinks?.Remove(sink) == true;

    private bool AddEach(IActorRef subscriber)
    {
        if (Array.IndexOf(Each, subscriber) >= 0)
            return false;
        Each = [.. Each, subscriber];
        return true;
    }

    private bool RemoveEach(IActorRef subscriber)
    {
        if (Array.IndexOf(Each, subscriber) < 0)
            return false;
        Each = [.. Each.Where(each => !each.Equals(subscriber))];
        return true;
    }

    /// <summary>Adds one that asked for more than updates, and its sink.</summary>
    public void AddSpecial(object key, SpecialMember member)
    {
        (_special ??= [])[key] = member;
        Add(member.Sink);
    }

    /// <summary>Removes one that asked for more than updates, and its sink; null if it is none.</summary>
    public SpecialMember? RemoveSpecial(object key)
    {
        if (_special is null || !_special.Remove(key, out var member))
            return null;
        Remove(member.Sink);
        return member;
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
internal sealed record TopicGroup(Epoch Epoch, TopicUpdate[] Updates, BatchCredit Credit);

/// <summary>Tells a topic's actor to take the next group from its route.</summary>
internal sealed record GroupPosted : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static GroupPosted Instance { get; } = new();
}
