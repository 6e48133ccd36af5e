using System.Buffers;

namespace AkkaWs.Wire;

public sealed partial class WireConnection
{
    /// <summary>How long the server gets to close TCP first, as RFC 6455, section 7.1.1, asks for.</summary>
    private static readonly TimeSpan MaxLinger = TimeSpan.FromSeconds(1);

    private WireException? _error;
    private WireCloseStatus? _closeStatus;
    private CloseWrite? _closeWrite;
    private volatile bool _isHandshakeComplete;
    private volatile Task _shutdown = Task.CompletedTask;

    /// <summary>
    /// Closes with a handshake: sends the close frame ahead of what is queued (which fails with <see cref="WireClosedException"/>), waits for the peer's, at most
    /// <see cref="WireOptions.CloseTimeout"/>, and aborts then. Messages that arrive meanwhile still go to <see cref="ReadBatchAsync"/>. Does not throw for what the peer does; repeated calls wait for the same end.
    /// </summary>
    /// <param name="code">1000–1003, 1007–1014 or 3000–4999.</param>
    /// <param name="reason">At most 123 bytes of UTF-8; null for none.</param>
    /// <exception cref="WireArgumentException">The code or reason may not be sent.</exception>
    public async Task CloseAsync(CloseCode code = CloseCode.NormalClosure, string? reason = null)
    {
        SendRules.CheckClose(code, reason ?? "");
        PostClose(code, reason ?? "", WireFailures.Closed(code, reason ?? ""));
        Drain();
        try
        {
            await _ended.Task.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort(new WireClosedException(CloseCode.AbnormalClosure, "", $"The peer did not answer the close frame within {_options.CloseTimeout}."));
        }

        await _shutdown.ConfigureAwait(false);
    }

    /// <summary>Ends the connection at once, without a close frame. Pending reads and writes fail with <see cref="WireClosedException"/> (1006). Idempotent.</summary>
    public void Abort() => Abort(WireFailures.Aborted());

    /// <summary>Ends the connection: <see cref="Abort()"/> unless it has ended, then waits, bounded, until everything is given back. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ended.Task.IsCompleted)
            Abort();
        await _shutdown.ConfigureAwait(false);
        await _writer.Stopped.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Interlocked.CompareExchange(ref _readRole, CallerReads, NoReader) == NoReader)
        {
            if (await HasReadEndedAsync().ConfigureAwait(false))
            {
                _reader.Dispose();
                _codec?.Dispose();
            }

            Volatile.Write(ref _readRole, NoReader);
        }
    }

    private void Abort(WireException error)
    {
        End(error, null);
        // Also what lingers after an orderly end is given up.
        Break(error);
    }

    private void Break(WireException error)
    {
        _writer.Stop(error);
        _stream.Dispose();
    }

    /// <summary>True when this call queued the connection's one close frame.</summary>
    private bool PostClose(CloseCode code, string reason, WireException cause)
    {
        var mine = new CloseWrite(code, reason, cause);
        if (Interlocked.CompareExchange(ref _closeWrite, mine, null) is not null)
            return false;
        _writer.PostControl(mine);
        return true;
    }

    private async Task CloseWrittenAsync() =>
        await _closeWrite!.Written.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Records how the connection ended; the first call decides.</summary>
    private void End(WireException error, WireCloseStatus? status)
    {
        if (Interlocked.CompareExchange(ref _error, error, null) is not null)
            return;
        _isHandshakeComplete = status is not null && _reader.Close is not null;
        Volatile.Write(ref _closeStatus, status ?? new WireCloseStatus(CloseCode.AbnormalClosure, "", ByPeer: false));
        if (status is null)
            Break(error);
        else
            _shutdown = LingerAsync();
        _ended.TrySetResult();
    }

    /// <summary>Lets our close frame leave and the server close first, then gives the stream back.</summary>
    private async Task LingerAsync()
    {
        await CloseWrittenAsync().ConfigureAwait(false);
        _writer.Stop(_error!);
        using var limit = new CancellationTokenSource(_options.CloseTimeout < MaxLinger ? _options.CloseTimeout : MaxLinger, _options.TimeProvider);
        await using var _ = limit.Token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), _stream).ConfigureAwait(false);
        var ignored = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (await _stream.ReadAsync(ignored).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception)
        {
            // The connection has ended and its end is recorded: how the transport goes says nothing more.
        }

        ArrayPool<byte>.Shared.Return(ignored);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>While the close handshake is under way and nobody reads, the close reads: the peer's frame must be found. What it meets is kept for the reader.</summary>
    private void Drain()
    {
        Interlocked.CompareExchange(ref _drained, new(), null);
        Interlocked.CompareExchange(ref _drainEnded, new(TaskCreationOptions.RunContinuationsAsynchronously), null);
        if (Interlocked.CompareExchange(ref _readRole, CloseReads, NoReader) == NoReader)
            _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        try
        {
            for (long kept = 0; kept < _options.MaxMessageSize && await ReadNextAsync().ConfigureAwait(false) is { } batch;)
            {
                _drained!.Enqueue(batch);
                for (var i = 0; i < batch.Count; i++)
                    kept += batch[i].Payload.Length;
            }
        }
        catch (WireException)
        {
            // Recorded as the connection's end: the next read throws it.
        }
        finally
        {
            Volatile.Write(ref _readRole, NoReader);
            _drainEnded!.TrySetResult();
        }
    }

    /// <summary>The writer cannot go on. What the peer sent before is still worth reading, so the reader finds the end by itself, within the close timeout.</summary>
    private void OnWriterBroken(Exception broken)
    {
        var error = WireFailures.OfTransport(broken, "writing");
        if (error is WireResetException)
            _ = AbortLaterAsync(error);
        else
            Abort(error);
    }

    private async Task AbortLaterAsync(WireException error)
    {
        await _ended.Task.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort(error);
    }
}
