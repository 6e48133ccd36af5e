using System.Collections.ObjectModel;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

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

    /// <summary>Whether a gap has begun it, and not silence.</summary>
    public bool IsRecoveryOfGap { get; set; }

    /// <summary>How many times a subscriber joined.</summary>
    public long Joins { get; set; }

    /// <summary>The physical connection that the topic is confirmed on.</summary>
    public Epoch? LiveEpoch { get; set; }

    /// <summary>Set while the topic is interrupted.</summary>
    public Interrupted? Interruption { get; set; }

    /// <summary>Set while updates of an earlier subscription may come.</summary>
    public LeaveDoubt? Doubt { get; set; }

    /// <summary>The venue's number of the last update that came in doubt; null: none.</summary>
    public long? NumberInDoubt { get; set; }

    /// <summary>Set from the time that subscribers are told of it until the server confirms the topic.</summary>
    public Unconfirmed? Unconfirmed { get; set; }

    /// <summary>Whether subscribers were told that no updates come, and not yet that they come again.</summary>
    public bool IsWithoutUpdates => Interruption is not null || Unconfirmed is not null;

    /// <summary>What they were told, for one that joins; of age, see <see cref="Staleness"/>.</summary>
    public IEnumerable<TopicMessage> Markers => new TopicMessage?[] { Interruption, Unconfirmed }.OfType<TopicMessage>();

    /// <summary>How old the last update is at least, by the age that holds by default; null: it is younger, or none holds.</summary>
    public TimeSpan? QuietFor { get; set; }

    /// <summary>The number of the topic's last update when that was found.</summary>
    public long QuietSince { get; set; }

    /// <summary>What the subscribers without an age of their own were told of it; null: nothing yet.</summary>
    public Stale? Staleness { get; set; }

    /// <summary>The age for which the connection was told that the topic is stale; null: it is not.</summary>
    public TimeSpan? StaleFor { get; set; }

    public int Count => Each.Length + Batched.Count + Sinks.Count;

    public bool IsEmpty => Count == 0;

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
