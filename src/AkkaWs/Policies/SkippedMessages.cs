using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Policies;

/// <summary>What a subscriber did not get of a topic, in short: how many updates, and which markers still matter. Bounded, however much it was.</summary>
internal sealed class SkippedMessages
{
    private Interrupted? _interrupted;
    private Unconfirmed? _unconfirmed;
    private Restored? _restored;
    private Gap? _gap;
    private Stale? _stale;

    public long Dropped { get; private set; }

    /// <summary>Whether it has a place of its own among what waits.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>Whether there is more to tell than how many updates were dropped.</summary>
    public bool HasMarkers => _interrupted is not null || _unconfirmed is not null || _restored is not null || _gap is not null || _stale is not null;

    /// <summary>Notes updates, which end that the topic is stale.</summary>
    public void Drop(long updates)
    {
        Dropped += updates;
        if (updates > 0)
            _stale = null;
    }

    /// <summary>Notes a marker. An interruption that ended and began again, be it as a topic that is not confirmed, goes on.</summary>
    public void Skip(TopicMessage marker)
    {
        _stale = marker as Stale;
        switch (marker)
        {
            case Interrupted interrupted when _restored is null:
                _interrupted ??= interrupted;
                break;
            case Interrupted:
                _restored = null;
                break;
            case Unconfirmed unconfirmed:
                (_unconfirmed, _restored) = (unconfirmed, null);
                break;
            case Restored restored:
                (_restored, _gap) = (restored, null); // it ends the gap before it
                break;
            case Gap gap:
                _gap = gap with { Expected = _gap?.Expected ?? gap.Expected };
                break;
            case Lagged lagged:
                Dropped += lagged.Count;
                break;
        }
    }

    /// <summary>What the subscriber is told in their place.</summary>
    public IEnumerable<TopicMessage> Tell(Topic topic)
    {
        if (Dropped > 0)
            yield return new Lagged(topic, Dropped);
        if (_interrupted is not null)
            yield return _interrupted;
        if (_unconfirmed is not null)
            yield return _unconfirmed;
        if (_restored is not null)
            yield return _restored;
        if (_gap is not null)
            yield return _gap;
        if (_stale is not null)
            yield return _stale;
    }
}
