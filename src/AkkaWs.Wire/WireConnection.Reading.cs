using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AkkaWs.Wire;

public sealed partial class WireConnection
{
    private const int NoReader = 0;
    private const int CallerReads = 1;
    private const int CloseReads = 2;

    /// <summary>Bytes of a read after which more is probably there already: a part of a TLS record, more than an exchange of single messages moves.</summary>
    private const int LargeRead = 4096;

    private int _readRole;
    private bool _wasLarge;

    // Of the next read: that there is something to read, or the read itself where that was said too soon.
    private Task<Exception?>? _arrival;
    private Task<int>? _begun;

    private long _bytesReceived;
    private ConcurrentQueue<MessageBatch>? _drained;
    private TaskCompletionSource? _drainEnded;

    /// <summary>
    /// All complete messages of the next read; null when the close handshake has completed (see <see cref="CloseStatus"/>). One call at a time.
    /// Messages complete before a failure or a close come first; with the next call comes the end, and only then is it answered, so that replies to those messages still leave. Takes no token, because cancelling a read would destroy
    /// the connection: <see cref="Abort()"/>, <see cref="CloseAsync"/> and <see cref="DisposeAsync"/> end a pending call.
    /// </summary>
    /// <exception cref="WireProtocolException">The peer broke the protocol (1002) or a limit on its behaviour (1008).</exception>
    /// <exception cref="WireMessageTooBigException">A message exceeds a limit (1009).</exception>
    /// <exception cref="WireInvalidUtf8Exception">A text is not UTF-8 (1007).</exception>
    /// <exception cref="WireClosedException">The connection ended without a close handshake (1006), or was aborted.</exception>
    /// <exception cref="WireResetException">The transport broke.</exception>
    /// <exception cref="InvalidOperationException">Another call is pending.</exception>
    public ValueTask<MessageBatch?> ReadBatchAsync() => Interlocked.CompareExchange(ref _readRole, CallerReads, NoReader) switch
    {
        NoReader => ReadAsync(),
        CloseReads => ReadAfterDrainAsync(),
        _ => throw new InvalidOperationException("A read is pending already: a connection has one reader at a time."),
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<MessageBatch?> ReadAsync()
    {
        try
        {
            if (_drained is { } drained && drained.TryDequeue(out var kept))
                return kept;
            return await ReadNextAsync().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _readRole, NoReader);
        }
    }

    private async ValueTask<MessageBatch?> ReadAfterDrainAsync()
    {
        await _drainEnded!.Task.ConfigureAwait(false);
        return await ReadBatchAsync().ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<MessageBatch?> ReadNextAsync()
    {
        while (true)
        {
            while (_reader.HasBatch)
            {
                if (!TryReadMore())
                    return _reader.TakeBatch();
            }

            if (_begun is null && (_reader.IsEnded || Volatile.Read(ref _error) is not null))
                return await EndReadingAsync().ConfigureAwait(false);
            try
            {
                if (_begun is { } begun)
                {
                    _begun = null;
                    Take(await begun.ConfigureAwait(false));
                    continue;
                }

                if (_arrival is { } arrival)
                {
                    _reader.ReleaseIdleBuffers();
                    _arrival = null;
                    if (await arrival.ConfigureAwait(false) is { } failed)
                    {
                        End(WireFailures.OfTransport(failed, "reading"), null);
                        continue;
                    }
                }
                else if (!_reader.IsMidFrame)
                {
                    // Waiting on nothing holds no buffer; the buffer of a frame that has begun can as well take what follows.
                    _reader.ReleaseIdleBuffers();
                    await _stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                Take(await _stream.ReadAsync(_reader.GetMemory()).ConfigureAwait(false));
            }
            catch (Exception broken)
            {
                // Whatever the stream throws ends the connection; a cause recorded before (an abort) is the real one.
                End(WireFailures.OfTransport(broken, "reading"), null);
            }
        }
    }

    /// <summary>
    /// Adds one more read to the batch that has begun, if it ends at once. TLS gives a record a read: without this, each would be a batch of its own.
    /// False when the batch is as large as it gets now. A stream may promise data in vain (half a TLS record, an event that came late): the read
    /// is then left to the next call, as the batch must not wait for it.
    /// </summary>
    private bool TryReadMore()
    {
        if (!_wasLarge || !_reader.HasRoomInBatch)
            return false;
        _wasLarge = false;
        _arrival = ArrivalAsync();
        if (_arrival is not { IsCompleted: true, Result: null })
            return false;
        _arrival = null;
        try
        {
            var reading = _stream.ReadAsync(_reader.GetMemory());
            if (reading.IsCompletedSuccessfully)
            {
                Take(reading.Result);
                return true;
            }

            _begun = reading.AsTask();
        }
        catch (Exception broken)
        {
            _begun = Task.FromException<int>(broken);
        }

        return false;
    }

    /// <summary>Ends once there is something to read. Gives what the stream throws as its result: it may be left behind by a connection that nobody reads any more.</summary>
    private async Task<Exception?> ArrivalAsync()
    {
        try
        {
            await _stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            return null;
        }
        catch (Exception broken)
        {
            return broken;
        }
    }

    private void Take(int count)
    {
        _wasLarge = count >= LargeRead;
        if (count == 0)
        {
            End(WireFailures.EndOfStream(_reader.IsMidMessage), null);
            return;
        }

        Volatile.Write(ref _bytesReceived, _bytesReceived + count);
        _reader.Advance(count, _options.TimeProvider.GetTimestamp());
    }

    /// <summary>Waits, bounded, for the read that has begun, which ends with the stream: until then its buffer may not go back. Whether it has.</summary>
    private async Task<bool> HasReadEndedAsync()
    {
        if (_begun is not { } begun)
            return true;
        await ((Task)begun).WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return begun.IsCompleted;
    }

    /// <summary>
    /// Sends the close frame that the end asks for: only now, so that what the caller answered to the last messages goes ahead of it.
    /// Null when the handshake is complete, otherwise throws the cause.
    /// </summary>
    private async ValueTask<MessageBatch?> EndReadingAsync()
    {
        if (_reader.Failure is { } failure)
        {
            PostClose(failure.CloseCode!.Value, "", failure);
            End(failure, new WireCloseStatus(failure.CloseCode!.Value, "", ByPeer: false));
        }
        else if (_reader.Close is { } close && Volatile.Read(ref _error) is null)
        {
            var peerClosedFirst = PostClose(close.Code, "", WireFailures.Closed(close.Code, close.Reason));
            await CloseWrittenAsync().ConfigureAwait(false);
            End(WireFailures.Closed(close.Code, close.Reason), close with { ByPeer = peerClosedFirst });
        }

        _reader.Dispose();
        return _isHandshakeComplete ? null : throw _error!;
    }
}
