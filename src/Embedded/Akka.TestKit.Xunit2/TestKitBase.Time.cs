using System.Diagnostics;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private long? _end;
    private bool _lastWasNoMsg;

    /// <summary>The time of the clock, since year one.</summary>
    public static TimeSpan Now => TimeSpan.FromTicks(TimeProvider.System.GetUtcNow().Ticks);

    /// <summary>What is left of the innermost <c>Within</c>; negative when it is over.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining => _end is { } end
        ? Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), end)
        : throw new InvalidOperationException("Remaining may not be called outside of \"within\"");

    /// <summary>What is left of the innermost <c>Within</c>, or <c>akka.test.single-expect-default</c>.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>The duration times <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration <= TimeSpan.Zero ? duration : duration * TestKitSettings.TestTimeFactor;

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration switch
    {
        null => RemainingOrDefault,
        { } infinite when infinite < TimeSpan.Zero => throw new ArgumentException("max duration cannot be infinite"),
        { } given => Dilated(given),
    };

    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => RemainingOrDilated(timeout);

    protected TimeSpan RemainingOr(TimeSpan duration) => _end is null ? duration : Remaining > TimeSpan.Zero ? Remaining : TimeSpan.Zero;

    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <summary>Fails unless the action takes at least <paramref name="min"/> and at most <paramref name="max"/>; expectations in it wait no longer.</summary>
    public void Within(TimeSpan min, TimeSpan max, Action action, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within<object>(min, max, () => { action(); return null; }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Completed(MeasuredAsync(min, max, () => new ValueTask<T>(function()), hint, epsilonValue, cancellationToken));

    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(TimeSpan min, TimeSpan max, Func<Task> actionAsync, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync<object>(min, max, async () => { await actionAsync().ConfigureAwait(false); return null; }, hint, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(TimeSpan min, TimeSpan max, Func<Task<T>> function, string hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        MeasuredAsync(min, max, () => new ValueTask<T>(function()), hint, epsilonValue, cancellationToken).AsTask();

    private async ValueTask<T> MeasuredAsync<T>(TimeSpan min, TimeSpan max, Func<ValueTask<T>> function, string hint, TimeSpan? epsilon, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        var outer = _end;
        var limit = Dilated(max);
        if (outer is not null && Remaining < limit)
            limit = Remaining;
        _assertions.AssertTrue(outer is null || limit >= min, "Required min time {0} not possible, only {1} left. {2}", min, limit, hint ?? "");
        _lastWasNoMsg = false;
        _end = start + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        T result;
        try
        {
            result = await function().ConfigureAwait(false);
        }
        finally
        {
            _end = outer;
        }

        var took = Stopwatch.GetElapsedTime(start);
        if (took < min)
            _assertions.Fail("Failed: Block took {0}, should have at least been {1}. {2}", took, min, hint ?? "");
        if (!_lastWasNoMsg && took > limit + (epsilon ?? TimeSpan.Zero))
            _assertions.Fail("Failed: Block took {0}, exceeding {1}. {2}", took, limit, hint ?? "");
        return result;
    }

    /// <summary>The result of what has run in place.</summary>
    private static T Completed<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
}
