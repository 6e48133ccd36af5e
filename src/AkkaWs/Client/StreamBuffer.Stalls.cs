using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Routing;

namespace AkkaWs.Client;

// A reader that stands still must not hold up the others for ever: see SubscriptionOptions.MaxStall.
internal sealed partial class StreamBuffer : ICreditHolder
{
    // Groups with a credit: how many came, how many the reader took, and how many had come at the last mark.
    private long _came;
    private long _taken;
    private long _marked;
    private long _round;
    private bool _failed;

    public Action? Failed { get; set; }

    public Lag? Lag { get; private set; }

    /// <summary>Whether the reader holds the credit of the group that it took last.</summary>
    public Func<bool>? IsReading { get; set; }

    /// <summary>Gives that credit back, and tells whether there was one.</summary>
    public Func<bool>? ReleaseReader { get; set; }

    public SubscriberCounters? Counters { get; set; }

    public Unread Measure()
    {
        lock (_lock)
            return Unread.Of(_items.SelectMany(item => item.Messages).OfType<TopicUpdate>());
    }

    // It holds up the reading instead.
    public void GiveWay(long maxBytes)
    {
    }

    public void MarkProgress(long round)
    {
        lock (_lock)
        {
            if (round > _round)
                (_round, _marked) = (round, _came);
        }
    }

    public bool HoldsReading
    {
        get
        {
            lock (_lock)
                return !_closed && !_failed && (_taken < _marked || (_taken == _marked && IsReading?.Invoke() == true));
        }
    }

    public bool FailIfStuck(CloseReason reason, long round)
    {
        List<Item> left;
        lock (_lock)
        {
            if (_closed || _failed || _round >= round || _taken > _marked || (ReleaseReader?.Invoke() != true && _taken == _marked))
                return false;
            left = [.. _items.Where(item => item.Credit is not null)];
            _failed = true;
            _items.Clear();
            _restored.Clear();
            TellLeft(left, reason);
        }

        foreach (var item in left)
            item.Credit?.Release();
        Wake(true);
        Failed?.Invoke();
        return true;
    }

    private void TellLeft(List<Item> left, CloseReason reason)
    {
        List<TopicUpdate> unread = [.. left.SelectMany(item => item.Messages).OfType<TopicUpdate>()];
        var topic = unread.FirstOrDefault()?.Topic ?? default;
        Lag = new Lag(topic, Unread.Of(unread), reason);
        foreach (var message in LastWords.Of(unread, new TopicClosed(topic, reason), Counters))
            _items.AddLast(new Item([message], null));
    }
}
