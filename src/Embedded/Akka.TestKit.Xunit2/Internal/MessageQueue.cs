using System.Diagnostics;

namespace Akka.TestKit.Internal;

/// <summary>What a test actor received, in order. Takers either block their thread or await.</summary>
internal sealed class MessageQueue
{
    private readonly Queue<MessageEnvelope> _messages = [];
    private TaskCompletionSource _arrival;

    public bool HasMessages
    {
        get
        {
            lock (_messages)
                return _messages.Count > 0;
        }
    }

    /// <summary>Whether the actor that fills the queue has stopped.</summary>
    public bool IsClosed { get; private set; }

    public void Close() => IsClosed = true;

    public void Add(MessageEnvelope envelope)
    {
        TaskCompletionSource arrival;
        lock (_messages)
        {
            _messages.Enqueue(envelope);
            Monitor.PulseAll(_messages);
            (arrival, _arrival) = (_arrival, null);
        }

        arrival?.TrySetResult();
    }

    /// <summary>The next message, or null when none arrives in time. A negative time means for ever. Completes in place when blocking.</summary>
    public ValueTask<MessageEnvelope> NextAsync(bool blocking, bool take, TimeSpan max, CancellationToken cancellation) =>
        blocking ? new ValueTask<MessageEnvelope>(Next(take, max, cancellation)) : AwaitNextAsync(take, max, cancellation);

    private MessageEnvelope Next(bool take, TimeSpan max, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        using var wake = cancellation.UnsafeRegister(static queue => ((MessageQueue)queue).Wake(), this);
        lock (_messages)
        {
            while (_messages.Count == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                var left = Left(max, start);
                if (left == TimeSpan.Zero)
                    return null;
                Monitor.Wait(_messages, left);
            }

            return take ? _messages.Dequeue() : _messages.Peek();
        }
    }

    private async ValueTask<MessageEnvelope> AwaitNextAsync(bool take, TimeSpan max, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task arrival;
            lock (_messages)
            {
                if (_messages.Count > 0)
                    return take ? _messages.Dequeue() : _messages.Peek();
                arrival = (_arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            var left = Left(max, start);
            if (left == TimeSpan.Zero)
                return null;
            await arrival.WaitAsync(left, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Wake()
    {
        lock (_messages)
            Monitor.PulseAll(_messages);
    }

    // Whole milliseconds, rounded up: the waits round down and would spin.
    private static TimeSpan Left(TimeSpan max, long start)
    {
        if (max < TimeSpan.Zero)
            return Timeout.InfiniteTimeSpan;
        var left = max - Stopwatch.GetElapsedTime(start);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(left.TotalMilliseconds), int.MaxValue));
    }
}
