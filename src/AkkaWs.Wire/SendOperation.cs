using System.Threading.Tasks.Sources;

namespace AkkaWs.Wire;

/// <summary>A write that is awaited. Pooled: it returns to its connection when the writer is done with it and the result was taken.</summary>
internal sealed class SendOperation : WireWrite, IValueTaskSource
{
    private const int Waiting = 0;
    private const int Started = 1;
    private const int Cancelled = 2;

    private readonly SendPool _pool;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;
    private int _phase;

    public SendOperation(SendPool pool)
        : base(WireOpcode.Binary, default) => _pool = pool;

    public ValueTask Task => new(this, _core.Version);

    public void Prepare(WireOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Reset(opcode, payload);
        _core.Reset();
        _phase = Waiting;
        _token = cancellationToken;
        // Before posting: afterwards another thread may have completed, and the pool reused, this object.
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(static state => ((SendOperation)state!).Cancel(), this);
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _cancellation.Dispose();
            _cancellation = default;
            // A cancelled one may still be in the queue: it is left to the collector.
            if (_phase != Cancelled)
            {
                Reset(WireOpcode.Binary, default);
                _pool.Return(this);
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected internal override bool TryBegin() => Interlocked.CompareExchange(ref _phase, Started, Waiting) == Waiting;

    protected internal override void OnWritten() => _core.SetResult(true);

    protected internal override void OnFailed(WireException error, bool begun)
    {
        if (begun || TryBegin())
            _core.SetException(error);
    }

    /// <summary>Takes the message out, unless it has begun.</summary>
    public void Cancel()
    {
        if (Interlocked.CompareExchange(ref _phase, Cancelled, Waiting) == Waiting)
            _core.SetException(new OperationCanceledException(_token));
    }
}

/// <summary>Keeps a few finished operations of one connection.</summary>
internal sealed class SendPool
{
    private readonly SendOperation?[] _free = new SendOperation?[16];

    public SendOperation Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } operation)
                return operation;
        }

        return new SendOperation(this);
    }

    public void Return(SendOperation operation)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], operation, null) is null)
                return;
        }
    }
}
