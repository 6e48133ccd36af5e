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

    public long Dropped { get; set; }

    /// <summary>Notes a marker. An interruption that ended and began again, be it as a topic that is not confirmed, goes on.</summary>
    public void Skip(TopicMessage marker)
    {
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
                _restored = restored;
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
    }
}
