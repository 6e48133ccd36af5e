using AkkaWs.Primitives;

namespace AkkaWs.Policies;

// Some venues refuse a whole subscribe message for one bad topic. The topics that such a refusal names are refused, the others are asked for again
// together. Where it names none, or other bad topics come to light, the topics are asked for in halves, and these in halves, until each bad one
// stands alone. That takes at most two messages a topic, within the deadline of the message that was refused first.
internal sealed partial class SubscriptionLedger
{
    private readonly LinkedList<IReadOnlyList<Topic>> _parts = [];

    /// <summary>Which of the topics of a refused message are to be asked for again; none, where the refusal settles them all.</summary>
    private List<Topic> AskAgain(List<Topic> topics, Dictionary<Topic, string> refused)
    {
        var again = topics.Where(topic => !refused.ContainsKey(topic)).ToList();
        var names = again.Count < topics.Count;
        if (again.Count == 0 || (!names && again.Count < 2) || topics.Exists(topic => _entries[topic].Wire != WireState.Subscribing))
            return [];
        var first = _entries[again[0]];
        var origin = first.DividedFrom ?? first.PendingId;
        if (again.Count > 1 && (!names || first.DividedFrom is not null))
        {
            _parts.AddFirst(again[(again.Count / 2)..]);
            _parts.AddFirst(again[..(again.Count / 2)]);
        }
        else
        {
            _parts.AddFirst(again);
        }

        foreach (var topic in again)
        {
            Set(topic, _entries[topic], WireState.Absent);
            if (_entries.TryGetValue(topic, out var entry))
                DivideFrom(origin, topic, entry);
        }

        return again;
    }

    private void DivideFrom(RequestId? origin, Topic topic, Entry entry)
    {
        Move(_divided, topic, entry.DividedFrom, origin);
        entry.DividedFrom = origin;
    }

    // What is asked for meanwhile, held back or no longer wished has left its part.
    private IReadOnlyList<Topic> NextPart(int max)
    {
        while (_parts.First is { } part)
        {
            IReadOnlyList<Topic> open = [.. part.Value.Where(topic => _missing.Contains(topic) || _missingCritical.Contains(topic))];
            if (open.Count > 0)
                return open.Count > max ? [.. open.Take(max)] : open;
            _parts.RemoveFirst();
        }

        return [];
    }
}
