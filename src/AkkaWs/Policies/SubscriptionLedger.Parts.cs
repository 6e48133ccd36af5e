using AkkaWs.Primitives;

namespace AkkaWs.Policies;

// Some venues refuse a whole subscribe message for one bad topic. Such a message is asked again in halves, and these in halves, until the bad topic
// stands alone. One among n costs about 2 · log2(n) messages; a budget bounds them where a venue refuses everything.
internal sealed partial class SubscriptionLedger
{
    private readonly LinkedList<IReadOnlyList<Topic>> _parts = [];

    /// <summary>How many messages that are refused as a whole may still be divided; beyond it, all topics of one fail with it. Default: 0.</summary>
    public int DivisionsLeft { get; set; }

    private bool TryDivide(List<Topic> topics)
    {
        if (DivisionsLeft <= 0 || topics.Count < 2 || topics.Exists(topic => _entries[topic].Wire != WireState.Subscribing))
            return false;
        DivisionsLeft--;
        _parts.AddFirst(topics[(topics.Count / 2)..]);
        _parts.AddFirst(topics[..(topics.Count / 2)]);
        foreach (var topic in topics)
            Set(topic, _entries[topic], WireState.Absent);
        return true;
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
