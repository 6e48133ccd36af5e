using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Policies;

/// <summary>
/// Which topics subscribers want and the server has not confirmed on this physical connection, since when, and which of them were reported. Pure:
/// time comes in as an argument, how long the connection has lived, and the wall clock's where it is to be reported.
/// </summary>
internal sealed class UnconfirmedTopics
{
    private readonly Dictionary<Topic, TimeSpan> _missingSince = [];
    private readonly Dictionary<Topic, UnconfirmedTopic> _reported = [];

    /// <summary>How many topics were reported and are still not confirmed.</summary>
    public int Count => _reported.Count;

    /// <summary>The topics that were reported and are still not confirmed, those that wait longest first; at most so many.</summary>
    public IReadOnlyList<UnconfirmedTopic> First(int most) => [.. _reported.Values.OrderBy(topic => topic.Since).Take(most)];

    /// <summary>What was reported of the topic; null: nothing, or it is confirmed since.</summary>
    public UnconfirmedTopic? Find(Topic topic) => _reported.GetValueOrDefault(topic);

    /// <summary>The server refused the topic, did not answer, or took the subscription away.</summary>
    /// <returns>What is to be reported; null where it was reported before.</returns>
    public UnconfirmedTopic? Report(Topic topic, string cause, TimeSpan life, DateTimeOffset now)
    {
        if (_reported.ContainsKey(topic))
            return null;
        var age = _missingSince.TryGetValue(topic, out var since) ? life - since : TimeSpan.Zero;
        return _reported[topic] = new UnconfirmedTopic(topic, now - age, cause);
    }

    /// <summary>Whether the topic was reported, and is still not confirmed.</summary>
    public bool IsReported(Topic topic) => _reported.ContainsKey(topic);

    /// <summary>The topic is wanted and not confirmed from now on, if it was not before.</summary>
    public void Await(Topic topic, TimeSpan life) => _missingSince.TryAdd(topic, life);

    /// <summary>Notes which topics are missing at this moment.</summary>
    /// <returns>Those that have been missing for so long, and were not reported before.</returns>
    public IReadOnlyList<UnconfirmedTopic> Check(IEnumerable<Topic> missing, TimeSpan limit, string cause, TimeSpan life, DateTimeOffset now)
    {
        List<UnconfirmedTopic> overdue = [];
        foreach (var topic in missing)
        {
            Await(topic, life);
            if (life - _missingSince[topic] >= limit && Report(topic, cause, life, now) is { } report)
                overdue.Add(report);
        }

        return overdue;
    }

    /// <summary>When the next topic that was not reported will have been missing for so long; null: there is none.</summary>
    public TimeSpan? NextDue(TimeSpan limit) =>
        _missingSince.Where(topic => !_reported.ContainsKey(topic.Key)).Select(topic => (TimeSpan?)topic.Value).Min() + limit;

    /// <summary>The topic is confirmed, or nobody wants it any more.</summary>
    public void Remove(Topic topic)
    {
        _missingSince.Remove(topic);
        _reported.Remove(topic);
    }

    /// <summary>Another physical connection begins.</summary>
    public void Clear()
    {
        _missingSince.Clear();
        _reported.Clear();
    }
}
