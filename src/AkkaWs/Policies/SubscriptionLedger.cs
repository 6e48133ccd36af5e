using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Policies;

/// <summary>
/// What subscribers wish against what the server has confirmed. The wish is kept apart from the state on the wire, so the last wish wins
/// whatever order the answers come in, and a stale answer changes nothing. A topic that was confirmed once and is refused later is held back
/// until <see cref="Release"/>, so that the server is not asked in a loop. Where no answer comes the server may have the topic or not: a late answer
/// still tells, and until then it is asked for, or left, again.
/// </summary>
internal sealed partial class SubscriptionLedger
{
    private readonly Dictionary<Topic, Entry> _entries = [];
    private readonly Dictionary<RequestId, HashSet<Topic>> _pending = [];
    private readonly Dictionary<RequestId, HashSet<Topic>> _divided = [];
    private readonly HashSet<Topic> _missing = [];
    private readonly HashSet<Topic> _missingCritical = [];
    private readonly HashSet<Topic> _missingApart = [];
    private readonly HashSet<Topic> _surplus = [];
    private readonly HashSet<Topic> _refused = [];

    public int DesiredCount { get; private set; }

    public int ConfirmedCount { get; private set; }

    /// <summary>How many topics are wished and held back.</summary>
    public int HeldCount => _refused.Count + _unheard.Count;

    /// <summary>The topics that are wished, and held back since the server refused them.</summary>
    public IReadOnlyCollection<Topic> Refused => _refused;

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
    public bool HasWork => HasUrgentWork || _missingApart.Count > 0;

    /// <summary>Whether there is one that is not about topics alone which the server left unanswered before: those stand behind all else.</summary>
    public bool HasUrgentWork => _missing.Count > 0 || _missingCritical.Count > 0 || _surplus.Count > 0;

    /// <summary>Someone wants the topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="critical">Whether it is to be asked for ahead of the others, until nobody wishes it any more.</param>
    public void Wish(Topic topic, bool critical = false)
    {
        if (!_entries.TryGetValue(topic, out var entry))
            _entries[topic] = entry = new Entry();
        entry.Critical |= critical;
        if (entry.Apart || entry.Hold == Hold.Unanswered)
            AskAlone(topic, entry, _parts, isApart: false); // who comes now has it asked for at once
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
        (entry.Wished, entry.WasConfirmed, entry.Critical) = (false, false, false);
        (entry.Hold, entry.Renewing, entry.Apart) = (Hold.None, false, false);
        Place(topic, entry);
    }

    /// <summary>
    /// The topics that the next message asks for: wished, not on the wire and not held back; at most so many. First those of a message that was
    /// refused as a whole, in parts; then critical ones, then the others; once none is to be left, those that were not answered, in parts.
    /// </summary>
    public IReadOnlyList<Topic> Missing(int max = int.MaxValue)
    {
        if (NextPart(_parts, max, topic => _missing.Contains(topic) || _missingCritical.Contains(topic)) is { Count: > 0 } part)
            return part;
        if (HasUrgentWork)
            return [.. _missingCritical.Concat(_missing).Take(max)];
        return NextPart(_partsApart, max, _missingApart.Contains) is { Count: > 0 } apart ? apart : [.. _missingApart.Take(1)];
    }

    /// <summary>The topics that are on the wire, or may be, and no longer wished; at most so many. First those of a message that was refused or not answered, in parts.</summary>
    public IReadOnlyList<Topic> Surplus(int max = int.MaxValue) =>
        NextPart(_partsToLeave, max, _surplus.Contains) is { Count: > 0 } part ? part : [.. _surplus.Take(max)];

    /// <summary>A subscribe message with <paramref name="id"/> goes out.</summary>
    public void MarkSubscribing(IReadOnlyList<Topic> topics, RequestId id) => Mark(topics, id, WireState.Subscribing);

    /// <summary>An unsubscribe message with <paramref name="id"/> goes out.</summary>
    public void MarkUnsubscribing(IReadOnlyList<Topic> topics, RequestId id) => Mark(topics, id, WireState.Unsubscribing);

    /// <summary>Applies a server's answer, and tells what it settled. Topics that it does not concern are left alone.</summary>
    public LedgerChange Apply(Acknowledgement answer)
    {
        List<Topic> confirmed = [], left = [], doubted = [];
        List<TopicFailure> failed = [];
        var verdicts = new TopicVerdicts(answer);
        var concerned = Concerned(answer, verdicts);
        var leaves = concerned.Exists(topic => _entries[topic].IsLeaving);
        var again = answer.Rejection is null ? [] : AskAgain(concerned, verdicts);
        foreach (var topic in concerned.Except(again))
        {
            var (entry, refusal) = (_entries[topic], verdicts.RefusalOf(topic));
            if (entry.IsLeaving)
            {
                left.Add(topic);
                Leave(topic, entry, isRefused: refusal is not null);
            }
            else if (refusal is null)
            {
                confirmed.Add(topic);
                Set(topic, entry, WireState.Confirmed);
            }
            else if (entry.LeavesFirst)
            {
                doubted.Add(topic);
                LeaveFirst(topic, entry);
            }
            else
            {
                failed.Add(new TopicFailure(topic, refusal));
                Fail(topic, entry, entry.InDoubt ? WireState.Unknown : WireState.Absent);
            }
        }

        return new LedgerChange(confirmed, left, failed) { Divided = leaves ? 0 : again.Count, Doubted = doubted };
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
            entry.LeftInVain |= entry.Renewing;
            entry.Renewing = false; // one that is to be renewed stays as it is
            Place(topic, entry);
        }
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

    /// <summary>Lets the topics that the server refused be asked for again, apart from others.</summary>
    public void Release()
    {
        if (_refused.Count > 0)
            _parts.AddFirst(Part([.. _refused]));
        foreach (var topic in _refused.ToList())
        {
            var entry = _entries[topic];
            (entry.Hold, entry.LeftInVain) = (Hold.None, false);
            Place(topic, entry);
        }
    }

    /// <summary>The physical connection is gone: nothing is on the wire any more.</summary>
    public void Reset()
    {
        _parts.Clear();
        _partsApart.Clear();
        _partsToLeave.Clear();
        _leftovers.Clear();
        foreach (var (topic, entry) in _entries.ToList())
        {
            entry.Hold = Hold.None;
            Set(topic, entry, WireState.Absent);
        }
    }

    private List<Topic> Concerned(Acknowledgement answer, TopicVerdicts verdicts)
    {
        if (answer.RequestId is { } id)
        {
            var isLate = !_pending.TryGetValue(id, out var asked);
            asked ??= _unanswered.GetValueOrDefault(id, []);
            return [.. (verdicts.AreOnAll ? asked : verdicts.Named.Where(asked.Contains)).Where(topic => !isLate || IsNews(topic, verdicts))];
        }

        // An answer that names nothing is about the only open message; with several it cannot be told, and their deadline decides.
        var open = _pending.Count > 0 ? _pending : _unanswered;
        if (answer.Topics is null && open.Count == 1 && answer.Failures.All(f => open.Values.Single().Contains(f.Topic)))
            return [.. open.Values.Single().Where(topic => IsAwaiting(topic, answer.OfUnsubscribe))];
        return [.. verdicts.Named.Where(topic => IsAwaiting(topic, answer.OfUnsubscribe))];
    }

    private bool IsAwaiting(Topic topic, bool? ofUnsubscribe) =>
        _entries.TryGetValue(topic, out var entry) && entry.IsAwaited && (ofUnsubscribe is null || ofUnsubscribe == entry.IsLeaving);

    private void Mark(IReadOnlyList<Topic> topics, RequestId id, WireState state)
    {
        foreach (var topic in topics)
        {
            if (!_entries.TryGetValue(topic, out var entry))
                continue;
            entry.Part = null;
            Set(topic, entry, state, id);
        }
    }

    private void Fail(Topic topic, Entry entry, WireState state)
    {
        (entry.Hold, entry.Apart) = (entry is { Wished: true, WasConfirmed: true } ? Hold.Refused : Hold.None, false);
        Set(topic, entry, state);
    }

    private void Set(Topic topic, Entry entry, WireState state, RequestId? pendingId = null)
    {
        ConfirmedCount += (state == WireState.Confirmed ? 1 : 0) - (entry.Wire == WireState.Confirmed ? 1 : 0);
        entry.WasConfirmed |= state == WireState.Confirmed && entry.Wished;
        Move(_pending, topic, entry.PendingId, pendingId);
        Doubt(topic, entry, state);
        (entry.Wire, entry.PendingId) = (state, pendingId);
        entry.Renewing &= state is WireState.Unsubscribing or WireState.Unknown;
        if (state != WireState.Subscribing)
            DivideFrom(null, topic, entry);
        Place(topic, entry);
    }

    private void Place(Topic topic, Entry entry)
    {
        var isMissing = entry is { Wished: true, Renewing: false, Hold: Hold.None, Wire: WireState.Absent or WireState.Unknown };
        Put(_missing, topic, isMissing && entry is { Critical: false, Apart: false });
        Put(_missingCritical, topic, isMissing && entry is { Critical: true, Apart: false });
        Put(_missingApart, topic, isMissing && entry.Apart);
        Put(_surplus, topic, entry is { Hold: Hold.None, Wire: WireState.Confirmed or WireState.Unknown } && (!entry.Wished || entry.Renewing));
        Put(_refused, topic, entry is { Wished: true, Hold: Hold.Refused });
        Put(_unheard, topic, entry is { Wished: true, Hold: Hold.Unanswered });
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
}

/// <summary>What an answer settled.</summary>
internal sealed record LedgerChange(IReadOnlyList<Topic> Confirmed, IReadOnlyList<Topic> Left, IReadOnlyList<TopicFailure> Failed)
{
    /// <summary>How many topics of a message that was refused as a whole are to be asked for again.</summary>
    public int Divided { get; init; }

    /// <summary>The topics that the server refused and may have had already: they are left before they are asked for again.</summary>
    public IReadOnlyList<Topic> Doubted { get; init; } = [];
}
