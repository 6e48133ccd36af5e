namespace AkkaWs.Testing;

/// <summary>The upgraded TCP stream under the server's WebSocket: stalls, swallows pongs and counts the client's control frames.</summary>
internal sealed class TransportStream(Stream inner, StallGate gate, ChangeSignal changed, Func<bool> answerPings) : Stream
{
    private const byte FinalPongFrame = 0x8A;

    private readonly SemaphoreSlim _writing = new(1, 1);

    internal FrameCounter FromClient { get; } = new();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        // Held after the read too: bytes that arrive while stalled must not reach the WebSocket, which would answer a ping at once.
        await gate.PassAsync(cancellationToken).ConfigureAwait(false);
        if (FromClient.Read(buffer.Span[..read]))
            changed.Pulse();
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The framework writes one frame per call, so the first byte tells what it is.
        if (buffer.Length > 0 && buffer.Span[0] == FinalPongFrame && !answerPings())
            return;
        await WriteRawAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask WriteRawAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await gate.PassAsync(cancellationToken).ConfigureAwait(false);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _writing.Dispose();
        }

        base.Dispose(disposing);
    }
}
