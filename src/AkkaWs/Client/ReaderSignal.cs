using System.Threading.Tasks.Sources;

namespace AkkaWs.Client;

/// <summary>Wakes the one reader of a buffer. Its members are called under the buffer's lock; the reader goes on outside of it.</summary>
internal sealed class ReaderSignal : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _waiting;

    /// <summary>What the reader waits for.</summary>
    public ValueTask<bool> Arm()
    {
        _core.Reset();
        _waiting = true;
        return new(this, _core.Version);
    }

    public void Wake(bool result)
    {
        if (!_waiting)
            return;
        _waiting = false;
        _core.SetResult(result);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
