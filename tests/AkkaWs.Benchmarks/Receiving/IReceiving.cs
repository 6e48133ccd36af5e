namespace AkkaWs.Benchmarks.Receiving;

/// <summary>A connection that receives; disposing it closes the connection and waits for its loops.</summary>
internal interface IReceiving : IAsyncDisposable
{
    /// <summary>Messages that reached their consumer so far.</summary>
    long Count { get; }

    /// <summary>Whether every consumer has had a message.</summary>
    bool HasBegun => Count > 0;

    /// <summary>Throws what ended a loop before its time.</summary>
    void ThrowIfFailed();
}

/// <summary>Receiving done by loops of our own.</summary>
internal abstract class LoopReceiving : IReceiving
{
    private Task _loop = Task.CompletedTask;

    public abstract long Count { get; }

    public void ThrowIfFailed()
    {
        if (_loop.IsCompleted)
            throw new InvalidOperationException($"{GetType().Name}: the receive loop ended while it was measured.", _loop.Exception?.InnerException);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await ((Task)_loop.WaitAsync(TimeSpan.FromSeconds(10))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected void Start(Func<Task> loop) => _loop = Task.Run(loop);

    protected abstract ValueTask CloseAsync();
}
