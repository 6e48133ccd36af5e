using AkkaWs.Primitives;

namespace AkkaWs.Policies;

// Some venues refuse a whole message for one bad topic. The topics that such a refusal names are settled, the others are asked for again together.
// Where it names none, or other bad topics come to light, the topics are asked for in halves, and these in halves, until each bad one stands alone.
// That takes at most two messages a topic, within the deadline of the message that was refused first. It is the same where topics are left.
internal sealed partial class SubscriptionLedger
{
    private readonly LinkedList<IReadOnlyList<Topic>> _parts = [];
    private readonly LinkedList<IReadOnlyList<Topic>> _partsApart = [];
    private readonly LinkedList<IReadOnlyList<Topic>> _partsToLeave = [];

    /// <summary>Which of the topics of a refused message are to be asked for, or left, again; none, where the refusal settles them all.</summary>
    private List<Topic> AskAgain(List<Topic> topics, TopicVerdicts verdicts)
    {
        var again = topics.Where(topic => !verdicts.Name(topic) && !_entries[topic].LeavesFirst).ToList();
        var isExplained = again.Count < topics.Count;
        if (again.Count == 0 || (!isExplained && again.Count < 2))
            return [];
        var first = _entries[again[0]];
        var (isLeaving, origin) = (first.IsLeaving, first.DividedFrom ?? first.PendingId);
        AddParts(isLeaving ? _partsToLeave : _parts, again, together: isExplained && first.DividedFrom is null);
        foreach (var topic in again)
        {
            var entry = _entries[topic];
            entry.Apart = false;
            Set(topic, entry, isLeaving || entry.InDoubt ? WireState.Unknown : WireState.Absent);
            entry.MayHaveLeft = isLeaving; // the refusal may be for others alone
            if (!isLeaving && _entries.ContainsKey(topic))
                DivideFrom(origin, topic, entry);
        }

        return again;
    }

    private void AddParts(LinkedList<IReadOnlyList<Topic>> parts, List<Topic> topics, bool together = false)
    {
        if (together || topics.Count < 2)
        {
            parts.AddFirst(Part(topics));
            return;
        }

        parts.AddFirst(Part(topics[(topics.Count / 2)..]));
        parts.AddFirst(Part(topics[..(topics.Count / 2)]));
    }

    // Each topic leaves the part that it was in.
    private List<Topic> Part(List<Topic> topics)
    {
        foreach (var topic in topics)
        {
            if (_entries.TryGetValue(topic, out var entry))
                entry.Part = topics;
        }

        return topics;
    }

    private void DivideFrom(RequestId? origin, Topic topic, Entry entry)
    {
        Move(_divided, topic, entry.DividedFrom, origin);
        entry.DividedFrom = origin;
    }

    // What is asked for or left meanwhile, held back or no longer wished has left its part.
    private IReadOnlyList<Topic> NextPart(LinkedList<IReadOnlyList<Topic>> parts, int max, Func<Topic, bool> isOpen)
    {
        while (parts.First is { Value: var part })
        {
            IReadOnlyList<Topic> open = [.. part.Where(topic => isOpen(topic) && _entries[topic].Part == part)];
            if (open.Count > 0)
                return open.Count > max ? [.. open.Take(max)] : open;
            parts.RemoveFirst();
        }

        return [];
    }
}
