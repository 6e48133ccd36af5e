using System.Diagnostics;
using Akka.Event;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Tries the assertion until it holds; throws what it throws when time is over.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Completed(AssertAsync(true, Direct(assertion), duration, interval, cancellationToken));

    public Task AwaitAssertAsync(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AssertAsync(false, Direct(assertion), duration, interval, cancellationToken).AsTask();

    public Task AwaitAssertAsync(Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AssertAsync(false, assertion, duration, interval, cancellationToken).AsTask();

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Asks until the condition is true; fails when time is over.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default) =>
        Completed(ConditionAsync(true, Direct(conditionIsFulfilled), RemainingOrDilated(max), interval, Fail(message), cancellationToken));

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Direct(conditionIsFulfilled), null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Direct(conditionIsFulfilled), max, null, message, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default) =>
        ConditionAsync(false, conditionIsFulfilled, RemainingOrDilated(max), interval, Fail(message), cancellationToken).AsTask();

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Direct(conditionIsFulfilled), max, interval, message, cancellationToken);

    /// <summary>Whether the condition became true in time.</summary>
    public bool AwaitConditionNoThrow(Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Completed(ConditionAsync(true, Direct(conditionIsFulfilled), max, interval, null, cancellationToken));

    public Task<bool> AwaitConditionNoThrowAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        ConditionAsync(false, conditionIsFulfilled, max, interval, null, cancellationToken).AsTask();

    public Task<bool> AwaitConditionNoThrowAsync(Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        AwaitConditionNoThrowAsync(Direct(conditionIsFulfilled), max, interval, cancellationToken);

    private static Func<Task> Direct(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    private static Func<Task<bool>> Direct(Func<bool> condition) => () => Task.FromResult(condition());

    private Action<TimeSpan> Fail(string message) => max => _assertions.Fail("Timeout {0} expired while waiting for condition.{1}", max, message ?? "");

    private async ValueTask<bool> AssertAsync(bool blocking, Func<Task> assertion, TimeSpan? duration, TimeSpan? interval, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var max = RemainingOrDilated(duration);
        for (var attempts = 1; ; attempts++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await assertion().ConfigureAwait(false);
                return true;
            }
            catch (Exception) when (Left(max, start) > (interval ?? DefaultInterval))
            {
                // There is time for another attempt.
            }
            catch (Exception)
            {
                Sys.Log.Warning("AwaitAssert failed, timeout [{0}] is over after [{1}] attempts", max, attempts);
                throw;
            }

            await PauseAsync(blocking, interval ?? DefaultInterval, cancellation).ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> ConditionAsync(bool blocking, Func<Task<bool>> condition, TimeSpan max, TimeSpan? interval, Action<TimeSpan> fail, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (await condition().ConfigureAwait(false))
                return true;
            var left = Left(max, start);
            if (left == TimeSpan.Zero)
            {
                fail?.Invoke(max);
                return false;
            }

            var pause = interval ?? DefaultInterval;
            await PauseAsync(blocking, left > TimeSpan.Zero && left < pause ? left : pause, cancellation).ConfigureAwait(false);
        }
    }

    private static ValueTask PauseAsync(bool blocking, TimeSpan pause, CancellationToken cancellation)
    {
        if (!blocking)
            return new ValueTask(Task.Delay(pause, cancellation));
        if (cancellation.WaitHandle.WaitOne(pause))
            cancellation.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }
}
