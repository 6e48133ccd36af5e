using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;
using AkkaWs.Routing;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>
/// Gives the batches of a connection in order, each with a credit. While much comes in, a second thread reads and parses what is at hand as the
/// batches before are routed; a trickle is read by whoever asks for it. One caller at a time.
/// </summary>
/// <remarks>For each batch: await <see cref="ArrivalAsync"/>, then <see cref="TryResume"/>; where that has none, take a credit and read.</remarks>
internal sealed class ReadAhead(Func<ValueTask<MessageBatch?>> readNext, CreditGate credits) : IThreadPoolWorkItem, IValueTaskSource
{
    // The most batches that wait to be routed.
    private const int Depth = 8;

    private readonly Lock _lock = new();

    // Made with the first batch that is read ahead: most connections never see so much.
    private Queue<MessageBatch>? _ready;

    // A read that did not end at once, or that ended the connection.
    private ValueTask<MessageBatch?>? _begun;

    private bool _isReading;
    private bool _isAwaited;
    private bool _isEnded;
    private ManualResetValueTaskSourceCore<bool> _arrival;

    /// <summary>Ends as soon as the second thread has something or has stopped.</summary>
    public ValueTask ArrivalAsync()
    {
        lock (_lock)
        {
            if (!_isReading || _ready is { Count: > 0 })
                return ValueTask.CompletedTask;
            _arrival.Reset();
            _isAwaited = true;
            return new ValueTask(this, _arrival.Version);
        }
    }

    /// <summary>The read that has begun, with its credit; false if none has.</summary>
    public bool TryResume(out ValueTask<MessageBatch?> reading)
    {
        lock (_lock)
        {
            if (_ready is not null && _ready.TryDequeue(out var batch))
            {
                reading = new(batch);
                return true;
            }

            reading = _begun.GetValueOrDefault();
            var hasBegun = _begun is not null;
            _begun = null;
            return hasBegun;
        }
    }

    /// <summary>The next batch if it was read ahead; its credit is now the caller's.</summary>
    public bool TryTake([NotNullWhen(true)] out MessageBatch? batch)
    {
        lock (_lock)
        {
            batch = null;
            return _ready is not null && _ready.TryDequeue(out batch);
        }
    }

    /// <summary>Lets the second thread read what is at hand, unless it does or enough is there.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_isReading || _begun is not null || _ready?.Count > Depth / 2)
                return;
            _ready ??= new(Depth);
            _isReading = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Gives back the credits of what was read ahead, now and later.</summary>
    public void End()
    {
        int left;
        lock (_lock)
        {
            _isEnded = true;
            left = (_ready?.Count ?? 0) + (_begun is null ? 0 : 1);
            _ready = null;
            _begun = null;
        }

        for (; left > 0; left--)
            credits.Release();
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (MayRead())
        {
            var reading = Read();

            // Looked at once: it may end at any moment, and may not be looked at any more once its result was taken.
            if (!reading.IsCompletedSuccessfully)
            {
                Stop(reading);
                return;
            }

            if (reading.Result is not { } batch)
            {
                Stop(new(default(MessageBatch)));
                return;
            }

            if (!Keep(batch))
                return;
        }

        Stop(null);
    }

    private bool MayRead()
    {
        lock (_lock)
        {
            if (_isEnded)
                return false;
        }

        return credits.TryTake();
    }

    // What is thrown goes the way of a read that fails: here it would end the process.
    private ValueTask<MessageBatch?> Read()
    {
        try
        {
            return readNext();
        }
        catch (Exception e)
        {
            return ValueTask.FromException<MessageBatch?>(e);
        }
    }

    // Whether to read on.
    private bool Keep(MessageBatch batch)
    {
        lock (_lock)
        {
            if (_isEnded)
            {
                credits.Release();
                return false;
            }

            _ready!.Enqueue(batch);
            _isReading = _ready.Count < Depth;
            if (!_isAwaited)
                return _isReading;
            _isAwaited = false;
        }

        // Whoever waits goes on elsewhere, as this thread has more to read.
        _arrival.RunContinuationsAsynchronously = true;
        _arrival.SetResult(true);
        return true;
    }

    private void Stop(ValueTask<MessageBatch?>? begun)
    {
        lock (_lock)
        {
            _isReading = false;
            if (_isEnded && begun is not null)
                credits.Release();
            else
                _begun = begun;
            if (!_isAwaited)
                return;
            _isAwaited = false;
        }

        _arrival.RunContinuationsAsynchronously = false;
        _arrival.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
