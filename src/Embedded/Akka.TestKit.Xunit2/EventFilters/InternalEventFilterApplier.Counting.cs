using System.Diagnostics;
using Akka.Event;

namespace Akka.TestKit.Internal;

public partial class InternalEventFilterApplier
{
    // A system without the listener never answers; its events are not counted either.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMilliseconds(500);

    private T Count<T>(int expected, TimeSpan? timeout, Func<T> func, CancellationToken cancellation)
    {
        using var counter = new Counter(_filters);
        using var muted = Mute();
        var result = func();
        counter.Verify(this, expected, Leeway(timeout), cancellation);
        return result;
    }

    private void Count(int expected, TimeSpan? timeout, Action action, CancellationToken cancellation) => Count<object>(
        expected,
        timeout,
        () =>
        {
            action();
            return null;
        },
        cancellation);

    private async Task<T> CountAsync<T>(int expected, TimeSpan? timeout, Func<Task<T>> func, CancellationToken cancellation)
    {
        using var counter = new Counter(_filters);
        using var muted = Mute();
        var result = await func().ConfigureAwait(false);
        await Task.Run(() => counter.Verify(this, expected, Leeway(timeout), cancellation), cancellation).ConfigureAwait(false);
        return result;
    }

    private async Task CountAsync(int expected, TimeSpan? timeout, Func<Task> action, CancellationToken cancellation) => await CountAsync<object>(
        expected,
        timeout,
        async () =>
        {
            await action().ConfigureAwait(false);
            return null;
        },
        cancellation).ConfigureAwait(false);

    private TimeSpan Leeway(TimeSpan? timeout) => _kit.Dilated(timeout ?? _kit.TestKitSettings.TestEventFilterLeeway);

    private void Drain(CancellationToken cancellation)
    {
        var drain = new TestEvent.Drain();
        _system.EventStream.Publish(drain);
        drain.Done.Task.Wait(LongestDrain, cancellation);
    }

    /// <summary>Counts the events that the filters mean while it lives.</summary>
    private sealed class Counter : IDisposable
    {
        private readonly IReadOnlyList<EventFilterBase> _filters;
        private readonly Lock _lock = new();
        private readonly SemaphoreSlim _counted = new(0);
        private LogEvent _last;
        private int _count;

        public Counter(IReadOnlyList<EventFilterBase> filters)
        {
            _filters = filters;
            foreach (var filter in filters)
                filter.EventMatched += OnMatched;
        }

        public void Verify(InternalEventFilterApplier owner, int expected, TimeSpan leeway, CancellationToken cancellation)
        {
            var start = Stopwatch.GetTimestamp();
            owner.Drain(cancellation);
            while (Read() is var count && (count < expected || (expected == 0 && count == 0)))
            {
                var left = leeway - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !_counted.Wait(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), cancellation))
                    break;
            }

            var received = Read();
            var filters = string.Join(" or ", _filters.Select(filter => $"[{filter}]"));
            if (received < expected)
                Fail(owner, $"Timeout ({leeway}) while waiting for messages. Only received {received}/{expected} messages that matched filter {filters}");
            if (received > expected)
                Fail(owner, $"Received {Messages(received - expected)} too many. Expected {Messages(expected)} but received {received} that matched filter {filters}");
        }

        public void Dispose()
        {
            foreach (var filter in _filters)
                filter.EventMatched -= OnMatched;
        }

        private static string Messages(int number) => number == 1 ? "1 message" : $"{number} messages";

        // The text may hold braces: it is an argument, not a format.
        private static void Fail(InternalEventFilterApplier owner, string text) => owner._kit.Assertions.Fail("{0}", text);

        private int Read()
        {
            lock (_lock)
                return _count;
        }

        // An event that several filters mean counts once.
        private void OnMatched(EventFilterBase filter, LogEvent logEvent)
        {
            lock (_lock)
            {
                if (ReferenceEquals(_last, logEvent))
                    return;
                _last = logEvent;
                _count++;
            }

            _counted.Release();
        }
    }
}
