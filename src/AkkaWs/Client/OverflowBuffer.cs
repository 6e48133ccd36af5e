using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>The buffer of a reader whose policy drops: holds no credit, so that it never stops the socket.</summary>
internal sealed class OverflowBuffer(OverflowPolicy policy, BufferLimits limits, ConflationKey keyOf, SubscriberCounters counters) : ISubscriptionBuffer
{
    private readonly Lock _lock = new();
    private readonly OverflowQueue _queue = new(
        policy, limits.Messages, keyOf, e => counters.AddUnreadable(nameof(ProtocolHandler.ConflationKeyOf), e), limits.Bytes);
    private readonly ReaderSignal _signal = new();
    private readonly TopicMessage[] _single = new TopicMessage[1];
    private bool _closed;

    public Action? Failed { get; set; }

    public Lag? Lag => null;

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            var dropped = _queue.Dropped;
            foreach (var update in updates)
                _queue.Offer(update);
            counters.AddDropped(_queue.Dropped - dropped);
            _signal.Wake(true);
        }
    }

    public void Accept(TopicMessage marker)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            var dropped = _queue.Dropped;
            _queue.Offer(marker);
            counters.AddDropped(_queue.Dropped - dropped);
            _signal.Wake(true);
        }
    }

    public bool TryTake(out StreamBuffer.Item item)
    {
        item = default;
        lock (_lock)
        {
            if (_closed || !_queue.TryTake(out var message))
                return false;
            _single[0] = message;
        }

        item = new(_single, null);
        return true;
    }

    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
            return _closed || _queue.HasNext ? new(!_closed) : _signal.Arm();
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _signal.Wake(false);
        }
    }
}
