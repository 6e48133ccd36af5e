using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Policies;

/// <summary>
/// What subscribers wish against what the server has confirmed. The wish is kept apart from the state on the wire, so the last wish wins
/// whatever order the answers come in, and a stale answer changes nothing. A topic that was confirmed once and is refused later is held back
/// until <see cref="Release"/>, so that the server is not asked in a loop.
/// </summary>
internal sealed partial class SubscriptionLedger
{
    private readonly Dictionary<Topic, Entry> _entries = [];
    private readonly Dictionary<RequestId, HashSet<Topic>> _pending = [];
    private readonly Dictionary<RequestId, HashSet<Topic>> _divided = [];
    private readonly HashSet<Topic> _missing = [];
    private readonly HashSet<Topic> _missingCritical = [];
    private readonly HashSet<Topic> _surplus = [];
    private readonly HashSet<Topic> _held = [];

    public int DesiredCount { get; private set; }

    public int ConfirmedCount { get; private set; }

    /// <summary>How many topics are wished and held back.</summary>
    public int HeldCount => _held.Count;

    /// <summary>The topics that are wished and held back.</summary>
    public IReadOnlyCollection<Topic> Held => _held;

    public IEnumerable<Topic> Desired => _entries.Where(e => e.Value.Wished).Select(e => e.Key);

    /// <summary>Whether the server confirmed the topic since it was wished, on this physical connection or an earlier one.</summary>
    public bool WasConfirmed(Topic topic) => _entries.TryGetValue(topic, out var entry) && entry.WasConfirmed;

    public bool IsConfirmed(Topic topic) => _entries.TryGetValue(topic, out var entry) && entry.Wire == WireState.Confirmed;

    /// <summary>Whether the topic is wished, and its way to the wire or off it goes on.</summary>
    public bool IsUnderWay(Topic topic) => _entries.TryGetValue(topic, out var entry) && entry.Wished && (entry.Renewing || entry.Wire != WireState.Confirmed);

    /// <summary>The messages that the server has not answered.</summary>
    public IReadOnlyList<RequestId> PendingIds => [.. _pending.Keys];

    /// <summary>Whether topics still wait for the answer to <paramref name="id"/>.</summary>
    public bool IsPending(RequestId id) => _pending.ContainsKey(id);

    /// <summary>Whether there is a message about subscriptions to send.</summary>
    public bool HasWork => _missing.Count > 0 || _missingCritical.Count > 0 || _surplus.Count > 0;

    /// <summary>Someone wants the topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="critical">Whether it is to be asked for ahead of the others, until nobody wishes it any more.</param>
    public void Wish(Topic topic, bool critical = false)
    {
        if (!_entries.TryGetValue(topic, out var entry))
            _entries[topic] = entry = new Entry();
        entry.Critical |= critical;
        if (entry.Wished)
        {
            Place(topic, entry);
            return;
        }

        DesiredCount++;
        entry.Wished = true;
        entry.WasConfirmed = entry.Wire == WireState.Confirmed;
        Place(topic, entry);
    }

    /// <summary>Lets a confirmed topic be unsubscribed and subscribed again.</summary>
    public void Renew(Topic topic)
    {
        if (!_entries.TryGetValue(topic, out var entry) || entry is not { Wished: true, Wire: WireState.Confirmed })
            return;
        entry.Renewing = true;
        Place(topic, entry);
    }

    public void Unwish(Topic topic)
    {
        if (!_entries.TryGetValue(topic, out var entry) || !entry.Wished)
            return;
        DesiredCount--;
        (entry.Wished, entry.WasConfirmed, entry.Held, entry.Critical, entry.Renewing) = (false, false, false, false, false);
        Place(topic, entry);
    }

    /// <summary>
    /// The topics that the next message asks for: wished, not on the wire and not held back; at most so many. First those of a message that was
    /// refused as a whole, in parts; then critical ones, then the others.
    /// </summary>
    public IReadOnlyList<Topic> Missing(int max = int.MaxValue) =>
        NextPart(max) is { Count: > 0 } part ? part : [.. _missingCritical.Concat(_missing).Take(max)];

    /// <summary>The topics that are on the wire, or may be, and no longer wished; at most so many.</summary>
    public IReadOnlyList<Topic> Surplus(int max = int.MaxValue) => [.. _surplus.Take(max)];

    /// <summary>A subscribe message with <paramref name="id"/> goes out.</summary>
    public void MarkSubscribing(IReadOnlyList<Topic> topics, RequestId id) => Mark(topics, id, WireState.Subscribing);

    /// <summary>An unsubscribe message with <paramref name="id"/> goes out.</summary>
    public void MarkUnsubscribing(IReadOnlyList<Topic> topics, RequestId id) => Mark(topics, id, WireState.Unsubscribing);

    /// <summary>Applies a server's answer, and tells what it settled. Topics that it does not concern are left alone.</summary>
    public LedgerChange Apply(Acknowledgement answer)
    {
        List<Topic> confirmed = [], left = [];
        List<TopicFailure> failed = [];
        var concerned = Concerned(answer);
        var refused = answer.Failures.DistinctBy(failure => failure.Topic).ToDictionary(failure => failure.Topic, failure => failure.Reason);
        var accepted = answer is { Topics: { } named, RefusesOthers: not null } ? named.ToHashSet() : null;
        var again = answer.Rejection is null ? [] : AskAgain(concerned, refused);
        foreach (var topic in concerned.Except(again))
        {
            var entry = _entries[topic];
            var refusal = refused.GetValueOrDefault(topic) ?? answer.Rejection ?? (accepted?.Contains(topic) == false ? answer.RefusesOthers : null);
            if (entry.Wire == WireState.Unsubscribing)
            {
                left.Add(topic);
                Set(topic, entry, WireState.Absent);
            }
            else if (refusal is null)
            {
                confirmed.Add(topic);
                Set(topic, entry, WireState.Confirmed);
            }
            else
            {
                failed.Add(new TopicFailure(topic, refusal));
                Fail(topic, entry, WireState.Absent);
            }
        }

        return new LedgerChange(confirmed, left, failed) { Divided = again.Count };
    }

    /// <summary>No message about the topics can go out: those to be subscribed count as refused, those to be left as left.</summary>
    public void Refuse(IReadOnlyList<Topic> topics)
    {
        foreach (var topic in topics)
        {
            if (!_entries.TryGetValue(topic, out var entry))
                continue;
            if (!entry.Renewing)
                Fail(topic, entry, WireState.Absent);
            entry.Renewing = false; // one that is to be renewed stays as it is
            Place(topic, entry);
        }
    }

    /// <summary>The topics that wait for the answer to <paramref name="id"/> to have been left.</summary>
    public IReadOnlyList<Topic> Leaving(RequestId id) => [.. _pending.GetValueOrDefault(id, []).Where(topic => _entries[topic].Wire == WireState.Unsubscribing)];

    /// <summary>Gives up waiting for the answer to <paramref name="id"/>, and for those to the parts that it was divided into. A topic that the server may have subscribed is left again, once nobody wishes it.</summary>
    /// <returns>The topics that were to be subscribed and are wished.</returns>
    public IReadOnlyList<Topic> Expire(RequestId id)
    {
        List<Topic> expired = [];
        List<Topic> open = [.. _pending.GetValueOrDefault(id, []), .. _divided.GetValueOrDefault(id, [])];
        foreach (var topic in open)
        {
            if (!_entries.TryGetValue(topic, out var entry))
                continue;
            if (entry.Wire == WireState.Unsubscribing)
            {
                Set(topic, entry, WireState.Absent);
                continue;
            }

            if (entry.Wished)
                expired.Add(topic);
            Fail(topic, entry, entry.Wire == WireState.Absent ? WireState.Absent : WireState.Unknown);
        }

        return expired;
    }

    /// <summary>The server ended the subscriptions of these topics of its own accord: they are held back until <see cref="Release"/>.</summary>
    /// <returns>Those of them that are wished.</returns>
    public IReadOnlyList<Topic> Withdraw(IReadOnlyList<Topic> topics)
    {
        List<Topic> ended = [];
        foreach (var topic in topics)
        {
            if (!_entries.TryGetValue(topic, out var entry) || entry.Wire != WireState.Confirmed)
                continue;
            if (entry.Wished)
                ended.Add(topic);
            Fail(topic, entry, WireState.Absent);
        }

        return ended;
    }

    /// <summary>Lets the topics that were held back be asked for again, apart from those that were not.</summary>
    public void Release()
    {
        if (_held.Count > 0)
            _parts.AddFirst([.. _held]);
        foreach (var topic in _held.ToList())
        {
            _entries[topic].Held = false;
            Place(topic, _entries[topic]);
        }
    }

    /// <summary>The physical connection is gone: nothing is on the wire any more.</summary>
    public void Reset()
    {
        _parts.Clear();
        foreach (var (topic, entry) in _entries.ToList())
        {
            entry.Held = false;
            Set(topic, entry, WireState.Absent);
        }
    }

    private List<Topic> Concerned(Acknowledgement answer)
    {
        if (answer.RequestId is { } id)
        {
            return !_pending.TryGetValue(id, out var topics) ? []
                : answer.Topics is null || answer.RefusesOthers is not null ? [.. topics]
                : [.. answer.Topics.Concat(answer.Failures.Select(f => f.Topic)).Distinct().Where(topics.Contains)];
        }

        // An answer that names nothing is about the only open message; with several it cannot be told, and their deadline decides.
        if (answer.Topics is null && _pending.Count == 1 && answer.Failures.All(f => _pending.Values.Single().Contains(f.Topic)))
            return [.. _pending.Values.Single()];
        var named = (answer.Topics ?? []).Concat(answer.Failures.Select(f => f.Topic)).Distinct();
        return [.. named.Where(t => _entries.TryGetValue(t, out var e) && e.PendingId is not null)];
    }

    private void Mark(IReadOnlyList<Topic> topics, RequestId id, WireState state)
    {
        foreach (var topic in topics)
        {
            if (_entries.TryGetValue(topic, out var entry))
                Set(topic, entry, state, id);
        }
    }

    private void Fail(Topic topic, Entry entry, WireState state)
    {
        entry.Held = entry is { Wished: true, WasConfirmed: true };
        Set(topic, entry, state);
    }

    private void Set(Topic topic, Entry entry, WireState state, RequestId? pendingId = null)
    {
        ConfirmedCount += (state == WireState.Confirmed ? 1 : 0) - (entry.Wire == WireState.Confirmed ? 1 : 0);
        entry.WasConfirmed |= state == WireState.Confirmed && entry.Wished;
        Move(_pending, topic, entry.PendingId, pendingId);
        (entry.Wire, entry.PendingId) = (state, pendingId);
        entry.Renewing &= state == WireState.Confirmed;
        if (state != WireState.Subscribing)
            DivideFrom(null, topic, entry);
        Place(topic, entry);
    }

    private void Place(Topic topic, Entry entry)
    {
        var isMissing = entry is { Wished: true, Held: false, Wire: WireState.Absent or WireState.Unknown };
        Put(_missing, topic, isMissing && !entry.Critical);
        Put(_missingCritical, topic, isMissing && entry.Critical);
        Put(_surplus, topic, entry is { Wished: false, Wire: WireState.Confirmed or WireState.Unknown } or { Renewing: true });
        Put(_held, topic, entry is { Wished: true, Held: true });
        if (entry is { Wished: false, Wire: WireState.Absent })
        {
            DivideFrom(null, topic, entry);
            _entries.Remove(topic);
        }

        static void Put(HashSet<Topic> set, Topic topic, bool belongs)
        {
            if (belongs)
                set.Add(topic);
            else
                set.Remove(topic);
        }
    }

    private static void Move(Dictionary<RequestId, HashSet<Topic>> byMessage, Topic topic, RequestId? from, RequestId? to)
    {
        if (from is { } before && byMessage.TryGetValue(before, out var others) && others.Remove(topic) && others.Count == 0)
            byMessage.Remove(before);
        if (to is not { } now)
            return;
        if (!byMessage.TryGetValue(now, out var topics))
            byMessage[now] = topics = [];
        topics.Add(topic);
    }

    private enum WireState
    {
        Absent,
        Subscribing,
        Confirmed,
        Unsubscribing,

        /// <summary>Asked for and never answered: the server may have it or not.</summary>
        Unknown,
    }

    private sealed class Entry
    {
        public bool Wished { get; set; }

        public bool WasConfirmed { get; set; }

        public bool Held { get; set; }

        public bool Critical { get; set; }

        public bool Renewing { get; set; }

        public WireState Wire { get; set; }

        public RequestId? PendingId { get; set; }

        /// <summary>The message that was refused first, where this topic is asked for again because of that.</summary>
        public RequestId? DividedFrom { get; set; }
    }
}

/// <summary>What an answer settled.</summary>
internal sealed record LedgerChange(IReadOnlyList<Topic> Confirmed, IReadOnlyList<Topic> Left, IReadOnlyList<TopicFailure> Failed)
{
    /// <summary>How many topics of a message that was refused as a whole are to be asked for again.</summary>
    public int Divided { get; init; }
}
