namespace AkkaWs.Routing;

/// <summary>
/// Stands for one received batch that is not finished yet. Whoever passes a part of the batch on retains it; the last release gives the
/// credit back, and with it the right to read on.
/// </summary>
internal sealed class BatchCredit(CreditGate gate)
{
    private int _holders = 1;

    public void Retain() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            gate.Release();
    }
}

/// <summary>Bounds how many batches are unfinished at a time: no credit, no read, and TCP pushes back on the server. One waiter.</summary>
internal sealed class CreditGate(int credits)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private int _free = credits;
    private long _pauses;

    /// <summary>How many credits nobody holds.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
                return _free;
        }
    }

    /// <summary>How often reading had to pause, and whether it does now. A deadline that saw a pause proves nothing about the peer.</summary>
    public (long Count, bool Now) Pauses
    {
        get
        {
            lock (_lock)
                return (_pauses, _waiter is { Task.IsCompleted: false });
        }
    }

    /// <summary>Takes a credit, as soon as there is one.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return ValueTask.CompletedTask;
            }

            _pauses++;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(PauseAsync(_waiter, cancellationToken));
        }
    }

    /// <summary>Gives a credit back: to the waiter, if there is one that still wants it.</summary>
    public void Release()
    {
        lock (_lock)
        {
            var waiter = _waiter;
            _waiter = null;
            if (waiter is null || !waiter.TrySetResult())
                _free++;
        }
    }

    private static async Task PauseAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter).ConfigureAwait(false))
            await waiter.Task.ConfigureAwait(false);
    }
}
