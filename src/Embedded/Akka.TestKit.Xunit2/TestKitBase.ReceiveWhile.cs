using System.Collections;
using System.Diagnostics;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, Timeout.InfiniteTimeSpan, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    /// <summary>What the filter makes of the messages, until it answers null, none comes for a while, or enough have come. The one that ended it stays.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        Completed(WhileAsync(true, Filter(filter), max, idle, msgs, cancellationToken));

    public IReadOnlyList<T> ReceiveWhile<T>(Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        Completed(WhileAsync(true, Filter(shouldContinue, shouldIgnoreOtherMessageTypes), max, idle, msgs, cancellationToken));

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhileAsync(filter, max, Timeout.InfiniteTimeSpan, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(Func<object, T> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        Stream(cancellation => WhileAsync(false, Filter(filter), max, idle, msgs, cancellation), cancellationToken);

    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(Predicate<T> shouldContinue, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, bool shouldIgnoreOtherMessageTypes = true, CancellationToken cancellationToken = default) =>
        Stream(cancellation => WhileAsync(false, Filter(shouldContinue, shouldIgnoreOtherMessageTypes), max, idle, msgs, cancellation), cancellationToken);

    /// <summary>What comes until none has come for a while.</summary>
    /// <exception cref="Exception">More than <paramref name="maxMessages"/> came.</exception>
    public async Task<ArrayList> WaitForRadioSilenceAsync(TimeSpan? max = null, uint? maxMessages = null, CancellationToken cancellationToken = default)
    {
        var heard = new ArrayList();
        while (await NextAsync(false, max, cancellationToken).ConfigureAwait(false) is { } next)
        {
            heard.Add(next.Message);
            if (heard.Count > maxMessages)
                _assertions.Fail("There was no silence: {0} messages came, of which the last is {1}.", heard.Count, next.Message);
        }

        return heard;
    }

    private static Func<object, (Verdict, T)> Filter<T>(Func<object, T> filter) => message =>
        filter(message) is { } kept ? (Verdict.Keep, kept) : (Verdict.Stop, default);

    private static Func<object, (Verdict, T)> Filter<T>(Predicate<T> shouldContinue, bool skipOthers) => message => message switch
    {
        T typed => shouldContinue(typed) ? (Verdict.Keep, typed) : (Verdict.Stop, default),
        _ => (skipOthers ? Verdict.Skip : Verdict.Stop, default(T)),
    };

    private async ValueTask<List<T>> WhileAsync<T>(bool blocking, Func<object, (Verdict, T)> filter, TimeSpan? max, TimeSpan? idle, int count, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var limit = WaitFor(max);
        var kept = new List<T>();
        var last = _last;
        while (kept.Count < count)
        {
            var left = Left(limit, start);
            var wait = idle is { } pause && pause >= TimeSpan.Zero && (pause < left || left < TimeSpan.Zero) ? pause : left;
            var next = await PeekAsync(blocking, wait, cancellation).ConfigureAwait(false);
            if (next is null)
                break;
            var (verdict, item) = filter(next.Message);
            if (verdict == Verdict.Stop)
                break;
            await NextAsync(blocking, TimeSpan.Zero, cancellation).ConfigureAwait(false);
            last = next;
            if (verdict == Verdict.Keep)
                kept.Add(item);
        }

        _last = last;
        _lastWasNoMsg = true;
        return kept;
    }

    private enum Verdict
    {
        Stop,
        Skip,
        Keep,
    }
}
