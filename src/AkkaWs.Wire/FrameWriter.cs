using System.Runtime.CompilerServices;

namespace AkkaWs.Wire;

/// <summary>
/// The one writer of a connection: takes what is queued, puts as many frames as fit into one buffer and writes them at once.
/// Whoever finds it idle makes it run: a thread of the pool, or the caller's own for a single send. While a write of the
/// stream is pending no thread is held; while nothing is queued no buffer is.
/// </summary>
internal sealed class FrameWriter : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;

    private readonly Stream _stream;
    private readonly bool _flush;
    private readonly WriteQueue _queue;
    private readonly FrameEncoder _encoder;
    private readonly Action<Exception> _onBroken;
    private readonly Action _continue;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _state;
    private ValueTask _pending;
    private volatile WireException? _stopError;
    private TaskCompletionSource? _room;
    private long _bytesSent;
    private long _messagesSent;

    // Several producers are at work: each write then waits for the pool, so that what they send meanwhile shares one write of the stream.
    private volatile bool _isShared;

    public FrameWriter(Stream stream, bool flush, WireOptions options, IDeflater? deflater, Action<Exception> onBroken)
    {
        _stream = stream;
        _flush = flush;
        _queue = new WriteQueue(options.MaxQueuedWrites, options.MaxQueuedBytes);
        _encoder = new FrameEncoder(_queue, options.FragmentSize ?? int.MaxValue, deflater);
        _onBroken = onBroken;
        _continue = Continue;
    }

    public int QueuedWrites => _queue.Count;

    public long QueuedBytes => _queue.Bytes;

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long MessagesSent => Volatile.Read(ref _messagesSent);

    /// <summary>Ends once <see cref="Stop"/> was called and every write was told.</summary>
    public Task Stopped => _stopped.Task;

    public bool TryPost(WireWrite write, bool inline = false, bool more = false)
    {
        if (!_queue.TryPost(write))
            return false;
        if (!more)
            Kick(inline && !_isShared);
        return true;
    }

    /// <summary>Writes what is queued, one buffer of it on the caller's thread.</summary>
    public void Flush() => Kick(inline: true);

    public void PostControl(WireWrite write)
    {
        _queue.PostControl(write);
        Kick(inline: false);
    }

    /// <summary>Ends when writes have ended or were withdrawn since, so that posting may work again.</summary>
    public Task RoomAsync()
    {
        var room = Volatile.Read(ref _room);
        if (room is null)
        {
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = Interlocked.CompareExchange(ref _room, mine, null) ?? mine;
        }

        // The writer may have ended everything between the refusal and the registration.
        if (_queue.Count == 0)
            ReleaseWaiters();
        return room.Task;
    }

    /// <summary>Fails everything that is queued, and from now on everything that is posted. The stream must be broken or disposed by the caller when a write may be pending.</summary>
    public void Stop(WireException error)
    {
        _stopError ??= error;
        Kick(inline: false);
    }

    void IThreadPoolWorkItem.Execute() => Run(inline: false);

    private void Kick(bool inline)
    {
        if (Volatile.Read(ref _state) != Idle || Interlocked.CompareExchange(ref _state, Running, Idle) != Idle)
            return;
        if (inline)
            Run(inline: true);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Run(bool inline)
    {
        while (true)
        {
            while (_stopError is null && Encode())
            {
                if (!StartWrite())
                    return;
                if (inline && _queue.HasWaiting)
                {
                    // A caller's thread carries its own message, not everyone's.
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
            }

            if (_stopError is { } error)
                FailAll(error);
            else
                ReleaseWaiters(); // what was withdrawn has made room, and no write ends that would tell
            _encoder.ReleaseBuffer();
            Interlocked.Exchange(ref _state, Idle);
            if (!(_queue.HasWaiting || (_stopError is not null && !_stopped.Task.IsCompleted)) || Interlocked.CompareExchange(ref _state, Running, Idle) != Idle)
                return;
        }
    }

    private bool Encode()
    {
        try
        {
            return _encoder.Fill();
        }
        catch (Exception thrown)
        {
            Break(thrown);
            return false;
        }
    }

    /// <summary>True when the write ended at once, or broke; false when <see cref="Continue"/> will go on.</summary>
    private bool StartWrite()
    {
        try
        {
#pragma warning disable CA2012 // Consumed once, by EndWrite: at once, or from the continuation.
            _pending = WriteAsync(_encoder.Output);
#pragma warning restore CA2012
            if (!_pending.IsCompleted)
            {
                _pending.GetAwaiter().UnsafeOnCompleted(_continue);
                return false;
            }
        }
        catch (Exception broken)
        {
            Break(broken);
            return true;
        }

        EndWrite();
        return true;
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> output) => _flush ? WriteAndFlushAsync(output) : _stream.WriteAsync(output);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAndFlushAsync(ReadOnlyMemory<byte> output)
    {
        await _stream.WriteAsync(output).ConfigureAwait(false);
        await _stream.FlushAsync().ConfigureAwait(false);
    }

    private void Continue()
    {
        EndWrite();
        Run(inline: false);
    }

    private void EndWrite()
    {
        try
        {
            var pending = _pending;
            _pending = default;
            pending.GetAwaiter().GetResult();
            _isShared = _encoder.EndedWrites > 1;
            Volatile.Write(ref _bytesSent, _bytesSent + _encoder.Output.Length);
            Volatile.Write(ref _messagesSent, _messagesSent + _encoder.EndedWrites);
            _encoder.EndOutput();
            if (_encoder.Closed is { } close)
                _stopError ??= close.Cause;
            ReleaseWaiters();
        }
        catch (Exception broken)
        {
            Break(broken);
        }
    }

    /// <summary>A stream that cannot be written, or a callback that threw: either ends the connection, whatever its type.</summary>
    private void Break(Exception broken)
    {
        _stopError ??= WireFailures.OfTransport(broken, "writing");
        _onBroken(broken);
    }

    private void FailAll(WireException error)
    {
        while (_encoder.TakeUnfinished(out var begun) is { } unfinished)
            Fail(unfinished, error, begun);
        while (_queue.Take() is { } write)
        {
            Fail(write, error, begun: false);
        }

        ReleaseWaiters();
        _stopped.TrySetResult();
    }

    private void Fail(WireWrite write, WireException error, bool begun)
    {
        _queue.Free(write);
        try
        {
            write.OnFailed(error, begun);
        }
        catch (Exception thrown)
        {
            // The others must still be told.
            _onBroken(thrown);
        }
    }

    private void ReleaseWaiters()
    {
        if (Volatile.Read(ref _room) is not null)
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
    }
}
