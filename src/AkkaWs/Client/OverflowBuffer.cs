using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>The buffer of a reader whose policy drops: holds no credit, so that it never stops the socket.</summary>
internal sealed class OverflowBuffer(OverflowPolicy policy, BufferLimits limits, ConflationKey keyOf, SubscriberCounters counters, Backlogs backlogs)
    : ISubscriptionBuffer
{
    private readonly Lock _lock = new();
    private readonly OverflowQueue _queue = new(
        policy,
        limits.Messages,
        keyOf,
        e => counters.AddUnreadable(nameof(ProtocolHandler.ConflationKeyOf), e),
        limits.Bytes,
        () => backlogs.SlicesEach);
    private readonly ReaderSignal _signal = new();
    private readonly TopicMessage[] _single = new TopicMessage[1];
    private long _counted;
    private bool _ended;
    private bool _closed;

    public Action? Failed { get; set; }

    public Lag? Lag { get; private set; }

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        bool isTooMuch;
        lock (_lock)
        {
            if (_ended)
                return;
            var dropped = _queue.Dropped;
            foreach (var update in updates)
                _queue.Offer(update);
            counters.AddDropped(_queue.Dropped - dropped);
            isTooMuch = Count();
            _signal.Wake(true);
        }

        if (isTooMuch)
            backlogs.Relieve();
    }

    public void Accept(TopicMessage marker)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            var dropped = _queue.Dropped;
            _queue.Offer(marker);
            counters.AddDropped(_queue.Dropped - dropped);
            Count();
            _signal.Wake(true);
        }
    }

    public bool TryTake(out StreamBuffer.Item item)
    {
        item = default;
        lock (_lock)
        {
            var isThere = !_closed && _queue.TryTake(out _single[0]);
            if (!isThere)
            {
                _single[0] = null!;
                return false;
            }

            Count();
        }

        item = new(_single, null);
        return true;
    }

    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
            return _closed || _queue.HasNext ? new(!_closed) : _signal.Arm();
    }

    public Unread Measure()
    {
        lock (_lock)
            return Unread.Of(_queue.Updates, _queue.Bytes, _queue.Oldest?.ReceivedAt);
    }

    public void GiveWay(long maxBytes)
    {
        lock (_lock)
        {
            if (_ended || _queue.Oldest is not { } oldest)
                return;
            var (lag, dropped) = (Lag.OfAll(oldest.Topic, Measure(), maxBytes), _queue.Dropped);
            (_ended, Lag) = (true, lag);
            _queue.Abandon(null, new TopicClosed(lag.Topic, lag.Reason));
            counters.AddDropped(_queue.Dropped - dropped);
            counters.AddLagged();
            Count();
            _signal.Wake(true);
        }

        Failed?.Invoke();
    }

    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            (_ended, _closed) = (true, true);
            _queue.Clear();
            Count();
            _signal.Wake(false);
        }
    }

    // What waits is another sum than it was before.
    private bool Count()
    {
        var more = _queue.Bytes - _counted;
        _counted += more;
        return backlogs.Count(more);
    }
}
