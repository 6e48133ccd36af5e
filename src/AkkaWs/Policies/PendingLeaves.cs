using AkkaWs.Primitives;

namespace AkkaWs.Policies;

/// <summary>
/// The topics that a physical connection was told to leave, without the server's word that it did: updates of their earlier subscriptions may still come. Until
/// the topic is confirmed anew, or, where the server confirms nothing, for a while after it was asked for again.
/// </summary>
internal sealed class PendingLeaves
{
    private readonly HashSet<Topic> _left = [];
    private readonly Dictionary<Topic, TimeSpan> _ends = [];

    /// <summary>When the next of the doubts ends that have an end; null: there is none.</summary>
    public TimeSpan? NextEnd => _ends.Count == 0 ? null : _ends.Values.Min();

    /// <summary>The topics are left.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="most">How many are remembered: few are ever joined again, and of too many all are forgotten.</param>
    public void Add(IReadOnlyList<Topic> topics, int most)
    {
        foreach (var topic in topics)
        {
            if (_left.Count >= most)
                _left.Clear();
            _left.Add(topic);
            _ends.Remove(topic);
        }
    }

    /// <summary>Whether updates of an earlier subscription may come.</summary>
    public bool Contains(Topic topic) => _left.Contains(topic);

    /// <summary>It was asked for again: the doubt ends then, or when one that was here before does.</summary>
    public void EndAt(Topic topic, TimeSpan end)
    {
        if (_left.Contains(topic))
            _ends.TryAdd(topic, end);
    }

    /// <summary>The server has confirmed it anew.</summary>
    public void Confirm(Topic topic) => _left.Remove(topic);

    /// <summary>Nobody has the topic any more to whom the end of the doubt could be told.</summary>
    public void Forget(Topic topic) => _ends.Remove(topic);

    /// <summary>The topics whose doubt is over by now; each is told once.</summary>
    public IReadOnlyList<Topic> TakeEnded(TimeSpan now)
    {
        List<Topic> ended = [.. _ends.Where(end => end.Value <= now).Select(end => end.Key)];
        foreach (var topic in ended)
        {
            _ends.Remove(topic);
            _left.Remove(topic);
        }

        return ended;
    }

    /// <summary>Another physical connection takes over, which has left nothing yet; what has an end comes to it all the same.</summary>
    public void PassOn() => _left.Clear();

    /// <summary>The physical connection is lost.</summary>
    public void Clear()
    {
        _left.Clear();
        _ends.Clear();
    }
}
