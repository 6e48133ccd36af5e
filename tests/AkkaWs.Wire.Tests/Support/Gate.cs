namespace AkkaWs.Wire.Tests.Support;

/// <summary>Holds up the writes of a stream until it is opened.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writes;

    /// <summary>Ends when a write stands before the gate.</summary>
    public Task Entered => _entered.Task.WaitAsync(Peer.Patience);

    public int Writes => Volatile.Read(ref _writes);

    public static Gate On(MemoryDuplex stream)
    {
        var gate = new Gate();
        stream.OnWrite = _ => gate.PassAsync();
        return gate;
    }

    public void Open() => _open.TrySetResult();

    public void Fail(Exception failure) => _open.TrySetException(failure);

    private Task PassAsync()
    {
        Interlocked.Increment(ref _writes);
        _entered.TrySetResult();
        return _open.Task;
    }
}
