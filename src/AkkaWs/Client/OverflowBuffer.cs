using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>The buffer of a reader whose policy drops or fails: holds no credit, so that it never stops the socket.</summary>
internal sealed class OverflowBuffer(OverflowPolicy policy, int capacity, ConflationKey keyOf, SubscriberCounters counters) : ISubscriptionBuffer
{
    private readonly Lock _lock = new();
    private readonly OverflowQueue _queue = new(policy, capacity, keyOf, e => counters.AddUnreadable(nameof(ProtocolHandler.ConflationKeyOf), e));
    private readonly ReaderSignal _signal = new();
    private readonly TopicMessage[] _single = new TopicMessage[1];
    private bool _ended;
    private bool _closed;

    public Action? Failed { get; set; }

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        var failed = false;
        lock (_lock)
        {
            if (_ended)
                return;
            var dropped = _queue.Dropped;
            foreach (var update in updates)
            {
                if (_queue.Offer(update))
                    continue;
                failed = End(update, update);
                break;
            }

            counters.AddDropped(_queue.Dropped - dropped);
            _signal.Wake(true);
        }

        if (failed)
            Failed?.Invoke();
    }

    public void Accept(TopicMessage marker)
    {
        var failed = false;
        lock (_lock)
        {
            if (_ended)
                return;
            var dropped = _queue.Dropped;
            if (!_queue.Offer(marker))
                failed = End(marker, null);
            counters.AddDropped(_queue.Dropped - dropped);
            _signal.Wake(true);
        }

        if (failed)
            Failed?.Invoke();
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
            (_ended, _closed) = (true, true);
            _signal.Wake(false);
        }
    }

    private bool End(TopicMessage message, TopicUpdate? refused)
    {
        _ended = true;
        _queue.Abandon(refused, new TopicClosed(message.Topic, new CloseReason(ErrorClass.Lagged, $"more than {capacity} messages waited for the reader")));
        counters.AddLagged();
        return true;
    }
}
