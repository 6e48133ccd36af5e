using System.Buffers;
using System.Buffers.Binary;
using System.Net.WebSockets;

namespace AkkaWs.Wire;

/// <summary>
/// permessage-deflate by the framework's WebSocket, used as a codec only: it speaks to a <see cref="CodecStream"/> in memory,
/// never to the connection. One message at a time each way, always complete, so that it never waits.
/// </summary>
internal sealed class DeflateCodec : IInflater, IDeflater, IDisposable
{
    private readonly CodecStream _inflateStream = new();
    private readonly CodecStream _deflateStream = new();
    private readonly WebSocket _inflate;
    private readonly WebSocket _deflate;
    private readonly InflateWindow? _window;
    private readonly int _minimumSize;
    private bool _hasFinalBlocks;

    public DeflateCodec(WireDeflateOptions agreed)
    {
        _minimumSize = agreed.MinimumSize;
        _window = agreed.ServerContextTakeover ? new InflateWindow(Math.Max(9, agreed.ServerMaxWindowBits)) : null;
        _inflate = Create(_inflateStream, agreed);
        _deflate = Create(_deflateStream, agreed);
    }

    public bool Wants(WireOpcode opcode, int length) => opcode is WireOpcode.Text or WireOpcode.Binary && length >= Math.Max(1, _minimumSize);

    public ReadOnlyMemory<byte> Deflate(WireOpcode opcode, ReadOnlyMemory<byte> payload, int fragmentSize)
    {
        _deflateStream.Output.Clear();
        var type = opcode == WireOpcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        do
        {
            var piece = payload[..Math.Min(fragmentSize, payload.Length)];
            payload = payload[piece.Length..];
            Complete(_deflate.SendAsync(piece, type, payload.IsEmpty ? WebSocketMessageFlags.EndOfMessage : WebSocketMessageFlags.None, CancellationToken.None));
        }
        while (!payload.IsEmpty);
        return _deflateStream.Output.Written;
    }

    public byte[] Inflate(ReadOnlySpan<byte> compressed, int limit, out int length)
    {
        if (_hasFinalBlocks || InflateByFramework(compressed, limit, out length) is not { } inflated)
            inflated = InflateFinalBlocks(compressed, limit, out length);
        _window?.Keep(inflated.AsSpan(0, length));
        return inflated;
    }

    // A server that sends one sends them always, and the framework's reader is lost behind the first.
    private byte[] InflateFinalBlocks(ReadOnlySpan<byte> compressed, int limit, out int length)
    {
        _hasFinalBlocks = true;
        return FinalBlocks.Inflate(_window is null ? [] : _window.Newest, compressed, limit, out length);
    }

    /// <summary>Null: it cannot.</summary>
    private byte[]? InflateByFramework(ReadOnlySpan<byte> compressed, int limit, out int length)
    {
        length = 0;
        _inflateStream.SetInput(compressed);
        using var inflated = new PooledBufferWriter();
        while (true)
        {
            ValueWebSocketReceiveResult result;
            try
            {
                result = Complete(_inflate.ReceiveAsync(inflated.GetMemory(1), CancellationToken.None));
            }
            catch (WebSocketException)
            {
                return null;
            }

            inflated.Advance(result.Count);
            if (inflated.Written.Length > limit)
                throw new WireMessageTooBigException("An inflated message", inflated.Written.Length, limit, nameof(WireOptions.MaxMessageSize));
            if (result.EndOfMessage)
                return inflated.Detach(out length);
            if (result.Count == 0)
                return null; // it would go on for ever
        }
    }

    public void Dispose()
    {
        _inflate.Dispose();
        _deflate.Dispose();
        _inflateStream.Dispose();
        _deflateStream.Dispose();
    }

    private static WebSocket Create(CodecStream stream, WireDeflateOptions agreed) => WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
    {
        IsServer = false,
        KeepAliveInterval = TimeSpan.Zero,
        DangerousDeflateOptions = new WebSocketDeflateOptions
        {
            ClientMaxWindowBits = Math.Max(9, agreed.ClientMaxWindowBits),
            ServerMaxWindowBits = Math.Max(9, agreed.ServerMaxWindowBits),
            ClientContextTakeover = agreed.ClientContextTakeover,
            ServerContextTakeover = agreed.ServerContextTakeover,
        },
    });

    // The streams are memory: an operation that has not completed will never complete.
    private static void Complete(ValueTask operation)
    {
        if (!operation.IsCompleted)
            throw new InvalidOperationException("The codec waits for bytes that do not exist.");
        operation.GetAwaiter().GetResult();
    }

    private static T Complete<T>(ValueTask<T> operation) => operation.IsCompleted ? operation.GetAwaiter().GetResult() : throw new InvalidOperationException("The codec waits for bytes that do not exist.");
}

/// <summary>The memory that the codec takes for its connection: one compressed frame to read, and what it writes.</summary>
internal sealed class CodecStream : Stream
{
    private readonly PooledBufferWriter _input = new();
    private int _read;

    public PooledBufferWriter Output { get; } = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes <paramref name="compressed"/> the payload of the one frame to read. As binary: the reader validates texts itself.</summary>
    public void SetInput(ReadOnlySpan<byte> compressed)
    {
        _input.Clear();
        _read = 0;
        Span<byte> header = stackalloc byte[FrameHeader.MaxUnmasked];
        header[0] = FrameHeader.Fin | FrameHeader.Rsv1 | (byte)WireOpcode.Binary;
        header[1] = FrameHeader.Length64;
        BinaryPrimitives.WriteInt64BigEndian(header[2..], compressed.Length);
        _input.Write(header);
        _input.Write(compressed);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = _input.Written.Span[_read..];
        var count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer.Span);
        _read += count;
        return new ValueTask<int>(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Output.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Output.Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
            Output.Dispose();
        }

        base.Dispose(disposing);
    }
}
