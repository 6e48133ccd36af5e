using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, or null when none comes in time. Zero does not wait; a negative time waits for ever.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Completed(NextAsync(true, max, cancellationToken))?.Message;

    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await NextAsync(false, max, cancellationToken).ConfigureAwait(false))?.Message;

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (envelope = Completed(NextAsync(true, max, cancellationToken)) ?? NullMessageEnvelope.Instance) is not NullMessageEnvelope;

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var next = await NextAsync(false, max, cancellationToken).ConfigureAwait(false);
        return (next is not null, next ?? NullMessageEnvelope.Instance);
    }

    /// <summary>The next message, which stays where it is.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) => Completed(PeekAsync(true, max, cancellationToken))?.Message;

    public object PeekOne(CancellationToken cancellationToken) => PeekOne(Timeout.InfiniteTimeSpan, cancellationToken);

    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await PeekAsync(false, max, cancellationToken).ConfigureAwait(false))?.Message;

    public ValueTask<object> PeekOneAsync(CancellationToken cancellationToken) => PeekOneAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken) =>
        (envelope = Completed(PeekAsync(true, max, cancellationToken)) ?? NullMessageEnvelope.Instance) is not NullMessageEnvelope;

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryPeekOneAsync(TimeSpan? max, CancellationToken cancellationToken)
    {
        var next = await PeekAsync(false, max, cancellationToken).ConfigureAwait(false);
        return (next is not null, next ?? NullMessageEnvelope.Instance);
    }

    /// <summary>That many messages; fails when fewer come in time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Completed(ManyAsync(true, numberOfMessages, RemainingOrDefault, cancellationToken));

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Completed(ManyAsync(true, numberOfMessages, Dilated(max), cancellationToken));

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Stream(cancellation => ManyAsync(false, numberOfMessages, RemainingOrDefault, cancellation), cancellationToken);

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Stream(cancellation => ManyAsync(false, numberOfMessages, Dilated(max), cancellation), cancellationToken);

    private async ValueTask<List<object>> ManyAsync(bool blocking, int count, TimeSpan max, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var received = new List<object>(Math.Min(count, 1024));
        while (received.Count < count)
        {
            var next = await NextAsync(blocking, Left(max, start), cancellation).ConfigureAwait(false);
            if (next is null)
                _assertions.AssertTrue(false, "Timeout ({0}) while expecting {1} messages. Only got {2} after {3}.", max, count, received.Count, Stopwatch.GetElapsedTime(start));
            received.Add(next?.Message);
        }

        return received;
    }

    private async ValueTask<MessageEnvelope> NextAsync(bool blocking, TimeSpan? max, CancellationToken cancellation)
    {
        var next = await LookAsync(blocking, take: true, WaitFor(max), cancellation).ConfigureAwait(false);
        _lastWasNoMsg = false;
        _last = next ?? NullMessageEnvelope.Instance;
        return next;
    }

    private ValueTask<MessageEnvelope> PeekAsync(bool blocking, TimeSpan? max, CancellationToken cancellation) =>
        LookAsync(blocking, take: false, WaitFor(max), cancellation);

    private async ValueTask<MessageEnvelope> LookAsync(bool blocking, bool take, TimeSpan wait, CancellationToken cancellation)
    {
        if (wait == TimeSpan.Zero && !_queue.HasMessages)
            await SettleAsync(blocking).ConfigureAwait(false);
        return await _queue.NextAsync(blocking, take, wait, cancellation).ConfigureAwait(false);
    }

    private TimeSpan WaitFor(TimeSpan? max) => max is { } given ? Dilated(given) : RemainingOrDefault;

    private static TimeSpan Left(TimeSpan max, long start)
    {
        var left = max - Stopwatch.GetElapsedTime(start);
        return max < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static async IAsyncEnumerable<T> Stream<T>(Func<CancellationToken, ValueTask<List<T>>> receive, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var item in await receive(cancellation).ConfigureAwait(false))
            yield return item;
    }
}
