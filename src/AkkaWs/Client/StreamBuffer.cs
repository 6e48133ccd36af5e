using System.Threading.Tasks.Sources;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>
/// Between the read loop and one reader of a stream that asked for backpressure. It keeps the credit of each batch until the reader is through with it,
/// which bounds it: a reader that stands still stops the socket. Markers of a topic that follow each other without its updates between are merged, so that they
/// are bounded too.
/// </summary>
internal sealed partial class StreamBuffer : ISubscriptionBuffer, IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Item> _items = new();
    private readonly Dictionary<Topic, LinkedListNode<Item>> _restored = [];
    private ManualResetValueTaskSourceCore<bool> _signal = new() { RunContinuationsAsynchronously = true };
    private bool _waiting;
    private bool _closed;

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        credit.Retain();
        if (!Add(new Item(updates, credit)))
            credit.Release();
    }

    public void Accept(TopicMessage marker) => Add(new Item([marker], null));

    /// <summary>Takes the next group if there is one.</summary>
    public bool TryTake(out Item item)
    {
        lock (_lock)
        {
            item = _items.First?.Value ?? default;
            if (_items.Count == 0)
                return false;
            _items.RemoveFirst();
            if (item.Credit is not null)
                _taken++;
            if (item.Messages is [Restored restored])
                _restored.Remove(restored.Topic);
            return true;
        }
    }

    /// <summary>Completes when there is something to take (true), or nothing will come any more (false). One waiter.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_lock)
        {
            if (_items.Count > 0 || _closed)
                return new(_items.Count > 0);
            _signal.Reset();
            _waiting = true;
            return new(this, _signal.Version);
        }
    }

    /// <summary>Takes nothing more, gives all credits back and wakes the waiter.</summary>
    public void Close()
    {
        List<Item> left;
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            left = [.. _items];
            _items.Clear();
            _restored.Clear();
        }

        foreach (var item in left)
            item.Credit?.Release();
        Wake(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _signal.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _signal.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags);

    private bool Add(Item item)
    {
        bool isAwaited;
        lock (_lock)
        {
            if (_closed || _failed)
                return false;
            if (_restored.Count > 0 && _restored.Remove(item.Messages[0].Topic, out var restored) && item.Messages is [Interrupted])
            {
                // The interruption that it ended, which is still to be read, goes on.
                _items.Remove(restored);
                return true;
            }

            if (item.Credit is not null)
                _came++;
            var node = _items.AddLast(item);
            if (item.Messages is [Restored])
                _restored[item.Messages[0].Topic] = node;
            isAwaited = _waiting;
            _waiting = false;
        }

        if (isAwaited)
            _signal.SetResult(true);
        return true;
    }

    private void Wake(bool result)
    {
        lock (_lock)
        {
            if (!_waiting)
                return;
            _waiting = false;
        }

        _signal.SetResult(result);
    }

    /// <summary>A group of updates with its credit, or one marker.</summary>
    public readonly record struct Item(TopicMessage[] Messages, BatchCredit? Credit);
}
