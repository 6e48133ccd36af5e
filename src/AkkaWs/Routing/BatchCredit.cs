namespace AkkaWs.Routing;

/// <summary>
/// Stands for received batches that are delivered together and not finished yet, usually one. Whoever passes a part of them on retains it; the last
/// release gives the credits back, and with them the right to read on.
/// </summary>
internal sealed class BatchCredit(CreditGate gate)
{
    private int _holders = 1;

    /// <summary>Stands for nothing that was received.</summary>
    public static BatchCredit None { get; } = new(new CreditGate(0)) { Count = 0 };

    /// <summary>How many credits it stands for. Set before it is passed on.</summary>
    public int Count { get; set; } = 1;

    public void Retain() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        for (var i = 0; i < Count; i++)
            gate.Release();
    }
}

/// <summary>
/// Bounds how many batches are unfinished at a time: no credit, no read, and TCP pushes back on the server. Credits go to waiters in the order in
/// which they came: there are two while one physical connection replaces another.
/// </summary>
internal sealed class CreditGate(int credits)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiters = new();
    private int _free = credits;
    private int _lent;
    private long _pauses;
    private long _returned;
    private Action? _onPause;

    /// <summary>How many there are.</summary>
    public int Total { get; } = credits;

    /// <summary>How many credits nobody holds; negative while credits that were lent are still to come back.</summary>
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
                return (_pauses, IsPaused);
        }
    }

    /// <summary>How many credits have come back so far. Where fewer than <see cref="Total"/> do within a time, what was received waits for longer.</summary>
    public long Returned
    {
        get
        {
            lock (_lock)
                return _returned;
        }
    }

    /// <summary>Takes a credit, as soon as there is one.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter;
        Action? onPause;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return ValueTask.CompletedTask;
            }

            _pauses++;
            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(waiter);
            (onPause, _onPause) = (_onPause, null);
        }

        onPause?.Invoke();
        return new(PauseAsync(waiter, cancellationToken));
    }

    /// <summary>Calls this once, when reading pauses next, or now if it does; it takes the place of an earlier one that was not called.</summary>
    public void OnNextPause(Action onPause)
    {
        lock (_lock)
        {
            if (!IsPaused)
            {
                _onPause = onPause;
                return;
            }
        }

        onPause();
    }

    /// <summary>Takes a credit if there is one.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_free <= 0)
                return false;
            _free--;
            return true;
        }
    }

    /// <summary>Gives a credit back: to the first waiter that still wants it.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _returned++;
            if (_free >= 0)
            {
                while (_waiters.TryDequeue(out var waiter))
                {
                    if (waiter.TrySetResult())
                        return;
                }
            }

            _free++;
        }
    }

    /// <summary>Adds credits until <see cref="TakeBack"/>: a second socket holds one while it waits for something to read.</summary>
    public void Lend(int count)
    {
        for (var i = 0; i < count; i++)
            Release();
        lock (_lock)
            _lent += count;
    }

    /// <summary>Takes away what was lent, if anything, as it becomes free.</summary>
    public void TakeBack()
    {
        lock (_lock)
        {
            _free -= _lent;
            _lent = 0;
        }
    }

    private bool IsPaused => _waiters.Any(waiter => !waiter.Task.IsCompleted);

    private static async Task PauseAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), waiter).ConfigureAwait(false))
            await waiter.Task.ConfigureAwait(false);
    }
}
