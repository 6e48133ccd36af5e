using System.Collections;
using System.Diagnostics;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Fails when a message comes in what is left of <c>Within</c>, or in <c>akka.test.single-expect-default</c>.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) => Completed(NoMsgAsync(true, RemainingOrDefault, cancellationToken));

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) => Completed(NoMsgAsync(true, Dilated(duration), cancellationToken));

    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) => ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public async ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        await NoMsgAsync(false, RemainingOrDefault, cancellationToken).ConfigureAwait(false);

    public async ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        await NoMsgAsync(false, Dilated(duration), cancellationToken).ConfigureAwait(false);

    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>Passes over messages until one is as wanted.</summary>
    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage(isMessage, null, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Completed(FishAsync(true, isMessage, allMessages, max, hint, cancellationToken));

    public ValueTask<object> FishForMessageAsync(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync(isMessage, null, max, hint, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, ArrayList allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishAsync(false, isMessage, allMessages, max, hint, cancellationToken);

    /// <summary>Passes over messages of other types for the given time; fails when one of type <typeparamref name="T"/> comes, and leaves it where it is.</summary>
    public async Task FishUntilMessageAsync<T>(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        await WhileAsync(false, message => (message is T ? Verdict.Stop : Verdict.Keep, message), max, null, int.MaxValue, cancellationToken).ConfigureAwait(false);
        var next = await PeekAsync(false, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        _assertions.AssertFalse(next?.Message is T, "did not expect a message of type {0}", typeof(T));
    }

    private async ValueTask<MessageEnvelope> NoMsgAsync(bool blocking, TimeSpan duration, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var last = _last;
        var next = await _queue.NextAsync(blocking, take: true, duration, cancellation).ConfigureAwait(false);
        _last = next ?? last;
        if (next is not null)
            _assertions.Fail("Failed: Expected no messages during {0}, instead we received {1} after {2}", duration, next, Stopwatch.GetElapsedTime(start));
        _lastWasNoMsg = true;
        return null;
    }

    private async ValueTask<T> FishAsync<T>(bool blocking, Predicate<T> isMessage, ArrayList passedOver, TimeSpan? max, string hint, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var limit = RemainingOrDilated(max);
        while (true)
        {
            var next = await NextAsync(blocking, Left(limit, start), cancellation).ConfigureAwait(false);
            _assertions.AssertTrue(next is not null, "Timeout ({0}) during fishForMessage, hint: {1}", limit, hint);
            if (next?.Message is T typed && isMessage(typed))
                return typed;
            passedOver?.Add(next?.Message);
        }
    }
}
