using System.Diagnostics.CodeAnalysis;
using AkkaWs.Primitives;

namespace AkkaWs.Policies;

// Messages that the server does not answer: lost, ignored since they are too large for it, or worked off while the answer was lost. Of such a message
// the topics that are wished are asked for in halves, and these in halves: at most two messages a topic. One that is not answered alone waits for
// ReleaseUnanswered. Topics that are to be left are left in the same way. What comes late still counts, unless later messages have made it void.
internal sealed partial class SubscriptionLedger
{
    // A server that answers no unsubscribe message is not asked about all that was ever left at once, nor is all of that remembered.
    private const int LeftAgainAtOnce = 16;
    private const int MostLeftovers = 1_024;

    private readonly Dictionary<RequestId, HashSet<Topic>> _unanswered = [];
    private readonly HashSet<Topic> _unheard = [];
    private readonly Queue<Topic> _leftovers = [];

    /// <summary>Whether topics wait for <see cref="ReleaseUnanswered"/>.</summary>
    public bool HasUnanswered => _unheard.Count > 0 || _leftovers.Count > 0;

    /// <summary>Whether the answer to <paramref name="id"/> would tell something, late or not.</summary>
    public bool IsAwaited(RequestId id) => _pending.ContainsKey(id) || _unanswered.ContainsKey(id);

    /// <summary>
    /// Whether what the server sends of the topic once it is subscribed does not continue what it sent before. One that was asked for without an answer, and not
    /// left since, goes on where the server had it all the same.
    /// </summary>
    public bool MayBeginAnew(Topic topic) => !_entries.TryGetValue(topic, out var entry) || entry is not { Wire: WireState.Unknown, UnansweredLeaves: false, LeftInVain: false, MayHaveLeft: false };

    /// <summary>The messages that <see cref="Expire"/> would give up waiting for: that one, or the parts that it was divided into.</summary>
    public IReadOnlyList<RequestId> Awaited(RequestId id) => [.. OpenOf(id).Select(topic => _entries[topic].PendingId).OfType<RequestId>().Distinct()];

    /// <summary>The topics that wait for these answers to have been left.</summary>
    public IReadOnlyList<Topic> Leaving(RequestId id) => OpenOf(id).FindAll(topic => _entries[topic].Wire == WireState.Unsubscribing);

    /// <summary>Gives up waiting for the answer to <paramref name="id"/>, and for those to the parts that it was divided into.</summary>
    /// <returns>The topics that were to be subscribed and are wished.</returns>
    public IReadOnlyList<Topic> Expire(RequestId id)
    {
        List<Topic> expired = [];
        foreach (var message in OpenOf(id).ToLookup(topic => _entries[topic].PendingId))
        {
            expired.AddRange(message.Where(topic => _entries[topic] is { Wished: true, Wire: not WireState.Unsubscribing }));
            if (message.Key is { } unanswered)
                GiveUp(unanswered, [.. message]);
            else
                GoOnInBackground(message);
        }

        return expired;
    }

    /// <summary>Lets the topics be asked for again, each alone, about which messages were not answered; and some of those that are to be left.</summary>
    public void ReleaseUnanswered()
    {
        foreach (var topic in _unheard.ToList())
            AskAlone(topic, _entries[topic], _partsApart, isApart: true);

        for (var left = 0; left < LeftAgainAtOnce && _leftovers.TryDequeue(out var topic);)
        {
            if (!IsLeftover(topic, out var entry))
                continue;
            left++;
            AskAlone(topic, entry, _partsToLeave, isApart: false);
        }
    }

    private List<Topic> OpenOf(RequestId id) => [.. _pending.GetValueOrDefault(id, []), .. _divided.GetValueOrDefault(id, [])];

    private void GiveUp(RequestId message, List<Topic> topics)
    {
        var isLeaving = _entries[topics[0]].Wire == WireState.Unsubscribing;
        foreach (var topic in topics)
        {
            var entry = _entries[topic];
            Set(topic, entry, WireState.Unknown);
            Remember(topic, entry, message, isLeaving);
            entry.Apart |= entry.Wished && !isLeaving;
        }

        if (topics.Count == 1)
        {
            WaitAlone(topics[0], _entries[topics[0]], isLeaving);
            return;
        }

        // What was to be left and is wished again meanwhile, or the other way round, goes with all else.
        AddParts(isLeaving ? _partsToLeave : _partsApart, topics.FindAll(topic => _entries[topic].Wished != isLeaving || _entries[topic].Renewing));
        topics.ForEach(topic => Place(topic, _entries[topic]));
    }

    private void WaitAlone(Topic topic, Entry entry, bool isLeaving)
    {
        if (entry.Wished != isLeaving)
            entry.Hold = Hold.Unanswered;
        (entry.LeftInVain, entry.Renewing) = (entry.LeftInVain || entry.Renewing, false);
        Place(topic, entry);
        if (!entry.Wished && isLeaving)
            AddLeftover(topic);
    }

    // Its callers have waited long enough: what is left of its division stands behind all else.
    private void GoOnInBackground(IEnumerable<Topic> parts)
    {
        List<Topic> open = [.. parts];
        foreach (var topic in open)
        {
            var entry = _entries[topic];
            DivideFrom(null, topic, entry);
            entry.Apart = entry.Wished;
            Place(topic, entry);
        }

        AddParts(_partsApart, open);
    }

    private void AddLeftover(Topic topic)
    {
        _leftovers.Enqueue(topic);
        // The server may go on with the oldest: its updates are counted as unrouted.
        if (_leftovers.Count > MostLeftovers && _leftovers.TryDequeue(out var oldest) && IsLeftover(oldest, out var entry))
            Set(oldest, entry, WireState.Absent);
    }

    private bool IsLeftover(Topic topic, [NotNullWhen(true)] out Entry? entry) =>
        _entries.TryGetValue(topic, out entry) && entry is { Wished: false, Hold: Hold.Unanswered };

    private void AskAlone(Topic topic, Entry entry, LinkedList<IReadOnlyList<Topic>> parts, bool isApart)
    {
        (entry.Hold, entry.LeftInVain, entry.Apart) = (Hold.None, false, isApart);
        parts.AddLast(Part([topic]));
        Place(topic, entry);
    }

    // A late answer says something of a topic that nothing was sent about since; of one that was asked for again, only that it is there.
    private bool IsNews(Topic topic, TopicVerdicts verdicts) => _entries[topic].Wire == WireState.Unknown || verdicts.RefusalOf(topic) is null;

    // A refusal may say that it is not there, or that it stays: one that is wished again is asked for in doubt, any other is left once more, later.
    private void Leave(Topic topic, Entry entry, bool isRefused)
    {
        var mayStay = isRefused && (entry.Wished || !entry.StaysOnce);
        Set(topic, entry, mayStay ? WireState.Unknown : WireState.Absent);
        (entry.LeftInVain, entry.Renewing) = (mayStay && entry.Wished, false);
        if (!mayStay)
            return;
        if (!entry.Wished)
            (entry.Hold, entry.StaysOnce, entry.MayHaveLeft) = (Hold.Unanswered, true, true);
        Place(topic, entry);
        if (!entry.Wished)
            AddLeftover(topic);
    }

    private void LeaveFirst(Topic topic, Entry entry)
    {
        Set(topic, entry, WireState.Unknown);
        (entry.Renewing, entry.Hold, entry.Apart) = (true, Hold.None, false);
        Place(topic, entry);
    }

    // Before the state changes.
    private void Doubt(Topic topic, Entry entry, WireState next)
    {
        var isOpen = next is WireState.Subscribing or WireState.Unknown;
        entry.InDoubt = isOpen && (entry.InDoubt || entry.Wire == WireState.Unknown);
        entry.LeftInVain &= next is not (WireState.Absent or WireState.Confirmed);
        entry.MayHaveLeft &= next == WireState.Unknown;
        entry.StaysOnce &= next is WireState.Unknown or WireState.Unsubscribing;
        entry.Apart &= isOpen;
        if (next == WireState.Confirmed || (next == WireState.Absent && !entry.Wished))
            entry.Hold = Hold.None;
        if (!isOpen || (next == WireState.Subscribing && entry.UnansweredLeaves))
            Remember(topic, entry, null, false);
    }

    private void Remember(Topic topic, Entry entry, RequestId? unanswered, bool leaves)
    {
        Move(_unanswered, topic, entry.UnansweredId, unanswered);
        (entry.UnansweredId, entry.UnansweredLeaves) = (unanswered, leaves);
    }
}
