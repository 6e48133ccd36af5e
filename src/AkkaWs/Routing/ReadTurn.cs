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
    private TaskCompletionSource? _waiter;

    /// <summary>The connection since which each took over from the one before it, without a loss. Read within the turn.</summary>
    public Epoch UnbrokenSince { get; private set; }

    /// <summary>The last connection that took over before it was certain that the one before it had brought all. Read within the turn.</summary>
    public Epoch DoubtfulBefore { get; private set; }

    /// <summary>The last connection that took over because the one before it broke. Read within the turn.</summary>
    public Epoch TornBefore { get; private set; }

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
    /// <param name="takeover">What is known of the one before it.</param>
    /// <param name="atThatMoment">Done between the last batch of the one before and the first of this one.</param>
    public void PassTo(Epoch epoch, Takeover takeover = Takeover.AfterLoss, Action? atThatMoment = null)
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            if (epoch.Value <= _holder.Value)
                return;
            atThatMoment?.Invoke();
            _holder = epoch;
            if (takeover == Takeover.AfterLoss)
                UnbrokenSince = epoch;
            if (takeover is Takeover.InDoubt or Takeover.Torn)
                DoubtfulBefore = epoch;
            if (takeover == Takeover.Torn)
                TornBefore = epoch;
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult();
    }
}

/// <summary>What is known of a physical connection when another one takes its turn.</summary>
internal enum Takeover
{
    /// <summary>It was lost, or there was none: subscribers are told.</summary>
    AfterLoss = 0,

    /// <summary>It has brought all that it was to bring.</summary>
    Complete,

    /// <summary>It is no longer waited for.</summary>
    InDoubt,

    /// <summary>It broke before it was known to have brought all.</summary>
    Torn,
}
