using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>
/// Whose updates are delivered: those of one physical connection at a time. Read loops of later ones hold theirs until the turn is theirs, those
/// of earlier ones have none to deliver any more. Routes, their progress and the counters are touched between <see cref="Enter"/> and
/// <see cref="Exit"/> only, so the turn passes between two batches, never within one.
/// </summary>
internal sealed class ReadTurn
{
    private readonly Lock _lock = new();
    private Epoch _holder;
    private Epoch _unbrokenSince;
    private TaskCompletionSource? _waiter;

    /// <summary>The connection since which each took over from the one before it, without a loss. Read within the turn.</summary>
    public Epoch UnbrokenSince => _unbrokenSince;

    /// <summary>Begins to handle a batch, and tells whose turn it is. Taken once a batch; no loop waits for another longer than that.</summary>
    public Epoch Enter()
    {
        _lock.Enter();
        return _holder;
    }

    /// <summary>Ends what <see cref="Enter"/> began, on the same thread.</summary>
    public void Exit() => _lock.Exit();

    /// <summary>Completes when the turn has come to this physical connection, or gone beyond it.</summary>
    public Task WaitAsync(Epoch epoch)
    {
        lock (_lock)
        {
            if (_holder.Value >= epoch.Value)
                return Task.CompletedTask;
            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    /// <summary>Gives the turn to a later physical connection; to an earlier one it never goes back.</summary>
    /// <param name="epoch">The physical connection.</param>
    /// <param name="isUnbroken">Whether it takes over from the one before it, which lost nothing.</param>
    public void PassTo(Epoch epoch, bool isUnbroken = false)
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            if (epoch.Value <= _holder.Value)
                return;
            _holder = epoch;
            if (!isUnbroken)
                _unbrokenSince = epoch;
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult();
    }
}
