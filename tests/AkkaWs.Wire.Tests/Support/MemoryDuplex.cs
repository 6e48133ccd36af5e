using System.IO.Pipelines;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>One end of a duplex stream in memory. Reads can be cut, writes are counted, and either can be held up or broken.</summary>
internal sealed class MemoryDuplex : Stream
{
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private volatile bool _disposed;

    private MemoryDuplex(PipeReader reader, PipeWriter writer) => (_reader, _writer) = (reader, writer);

    /// <summary>Called before each write with its bytes; the write goes on when the task ends.</summary>
    public Func<ReadOnlyMemory<byte>, Task>? OnWrite { get; set; }

    /// <summary>How many bytes a read may return; asked before each read.</summary>
    public Func<int> NextCut { get; set; } = () => int.MaxValue;

    /// <summary>Lets reads of zero bytes end at once, whether there is something to read or not.</summary>
    public bool PromisesInVain { get; set; }

    public bool IsDisposed => _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static (MemoryDuplex Client, MemoryDuplex Server) Create()
    {
        var up = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var down = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        return (new MemoryDuplex(down.Reader, up.Writer), new MemoryDuplex(up.Reader, down.Writer));
    }

    /// <summary>The other side reads what was written, then this failure.</summary>
    public void Break(Exception failure) => _writer.Complete(failure);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty || !PromisesInVain)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var read = await _reader.ReadAsync(cancellationToken);
            ObjectDisposedException.ThrowIf(_disposed, this);
            var take = (int)Math.Min(Math.Min(buffer.Length, NextCut()), read.Buffer.Length);
            foreach (var piece in read.Buffer.Slice(0, take))
            {
                piece.CopyTo(buffer);
                buffer = buffer[piece.Length..];
            }

            var done = take > 0 || read.IsCompleted || !read.Buffer.IsEmpty;
            _reader.AdvanceTo(read.Buffer.GetPosition(take), take > 0 || done ? read.Buffer.GetPosition(take) : read.Buffer.End);
            if (done)
                return take;
        }

        return 0;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (OnWrite is { } hook)
            await hook(buffer);
        if (_disposed)
            throw new IOException("The stream was closed.");
        await _writer.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            _reader.CancelPendingRead();
            _writer.Complete();
        }

        base.Dispose(disposing);
    }
}
