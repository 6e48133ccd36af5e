using System.Buffers;

namespace AkkaWs.Wire;

/// <summary>
/// One WebSocket connection of a client (RFC 6455). One reader at a time; writes from any thread. An idle connection holds no buffers.
/// </summary>
public sealed partial class WireConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly WireOptions _options;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly SendPool _sends = new();
    private readonly DeflateCodec? _codec;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WireConnection(Stream stream, WireOptions options, bool flush, string? subProtocol, DeflateCodec? codec)
    {
        _stream = stream;
        _options = options;
        SubProtocol = subProtocol;
        _codec = codec;
        _writer = new FrameWriter(stream, flush, options, codec, OnWriterBroken);
        _reader = new FrameReader(options, new PongQueue(_writer.PostControl), codec);
    }

    /// <summary>The sub-protocol that the server chose; null when it chose none.</summary>
    public string? SubProtocol { get; }

    /// <summary>Whether permessage-deflate was negotiated.</summary>
    public bool IsDeflated => _codec is not null;

    /// <summary>How the connection ended; null while it is open, and while a closing handshake is under way.</summary>
    public WireCloseStatus? CloseStatus => Volatile.Read(ref _closeStatus);

    /// <summary>Writes that wait or are under way.</summary>
    public int QueuedWrites => _writer.QueuedWrites;

    /// <summary>Payload bytes that wait or are under way.</summary>
    public long QueuedBytes => _writer.QueuedBytes;

    /// <summary>Bytes handed to the transport since the upgrade, headers of frames included.</summary>
    public long BytesSent => _writer.BytesSent;

    /// <summary>Messages handed to the transport since the upgrade, pings, pongs and the close frame included.</summary>
    public long MessagesSent => _writer.MessagesSent;

    /// <summary>Bytes read since the upgrade, headers of frames included.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>
    /// Runs an upgrade over a stream in memory, once in a process: what the first real one would have to compile and load is there then. For one who
    /// is about to connect and has other things to do before.
    /// </summary>
    /// <returns>Ends when it is done; the same for every caller.</returns>
    public static Task WarmUpAsync() => WarmUp.RunAsync();

    /// <summary>Opens a connection: DNS, TCP, TLS and the upgrade, within <see cref="WireOptions.ConnectTimeout"/>.</summary>
    /// <param name="url">A <c>ws</c> or <c>wss</c> URL without user info and fragment.</param>
    /// <param name="options">How to open it, and its limits.</param>
    /// <param name="cancellationToken">Gives up opening; has no effect on the open connection.</param>
    /// <exception cref="WireArgumentException">The URL or an option cannot be used.</exception>
    /// <exception cref="WireConnectException">The name did not resolve, or no address accepted.</exception>
    /// <exception cref="WireTlsException">The TLS handshake failed.</exception>
    /// <exception cref="WireHandshakeException">The server or a proxy refused the upgrade.</exception>
    /// <exception cref="WireTimeoutException">It took longer than <see cref="WireOptions.ConnectTimeout"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<WireConnection> ConnectAsync(Uri url, WireOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        OptionRules.Check(options);
        OptionRules.Check(url);
        var upgraded = await new Upgrade(options, TcpDialer.Shared).OpenAsync(url, cancellationToken).ConfigureAwait(false);
        return new WireConnection(upgraded.Stream, options, flush: false, upgraded.SubProtocol, upgraded.Deflate is { } agreed ? new DeflateCodec(agreed) : null);
    }

    /// <summary>A connection over a stream that is upgraded already; it owns the stream. What concerns the upgrade is ignored in <paramref name="options"/>.</summary>
    /// <param name="duplex">Reads and writes at once, one of each at a time.</param>
    /// <param name="options">The limits. With <see cref="WireOptions.Deflate"/> set, permessage-deflate counts as negotiated exactly so.</param>
    /// <exception cref="WireArgumentException">An option cannot be used.</exception>
    public static WireConnection FromStream(Stream duplex, WireOptions options)
    {
        ArgumentNullException.ThrowIfNull(duplex);
        ArgumentNullException.ThrowIfNull(options);
        OptionRules.Check(options);
        return new WireConnection(duplex, options, flush: true, subProtocol: null, options.Deflate is { } agreed ? new DeflateCodec(agreed) : null);
    }

    /// <summary>
    /// Queues a message. Thread-safe; nothing is allocated. True: the message will be written, skipped by its own
    /// <see cref="WireWrite.TryBegin"/>, or told by <see cref="WireWrite.OnFailed"/>, also when the connection is closed already. False: the queue is full, nothing was taken.
    /// </summary>
    /// <param name="write">The message; not posted elsewhere at the same time.</param>
    public bool TryPost(WireWrite write) => TryPost(write, more: false);

    /// <summary>Queues a message as <see cref="TryPost(WireWrite)"/> does.</summary>
    /// <param name="write">The message; not posted elsewhere at the same time.</param>
    /// <param name="more">Whether more follows at once: nothing needs to be written before <see cref="Flush"/>, so that all of it can leave together.</param>
    public bool TryPost(WireWrite write, bool more)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (SendRules.Problem(write.Opcode, write.Payload.Length) is { } problem)
        {
            write.OnFailed(problem, begun: false);
            return true;
        }

        return _writer.TryPost(write, more: more);
    }

    /// <summary>
    /// Writes what is queued, if no write is under way: as much as fits one buffer on the caller's thread, which never waits; the rest follows. What was
    /// posted with more to follow needs it.
    /// </summary>
    public void Flush() => _writer.Flush();

    /// <summary>Sends a message; completes when its bytes were handed to the transport. Waits while the queue is full.</summary>
    /// <param name="opcode">Text, Binary, Ping or Pong.</param>
    /// <param name="payload">UTF-8 for Text; at most 125 bytes for Ping and Pong. Must not change until the send completes.</param>
    /// <param name="cancellationToken">Takes the message out while it has not begun: then no byte of it is sent. One that has begun completes.</param>
    /// <exception cref="WireException">The connection ended before the message was written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it began.</exception>
    public ValueTask SendAsync(WireOpcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        if (SendRules.Problem(opcode, payload.Length) is { } problem)
            return ValueTask.FromException(problem);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var send = _sends.Rent();
        send.Prepare(opcode, payload, cancellationToken);
        return _writer.TryPost(send, inline: true) ? send.Task : SendWhenRoomAsync(send, cancellationToken);
    }

    /// <summary>Sends a message that lies in several pieces; as <see cref="SendAsync(WireOpcode, ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <param name="opcode">Text, Binary, Ping or Pong.</param>
    /// <param name="payload">The pieces.</param>
    /// <param name="cancellationToken">Takes the message out while it has not begun.</param>
    public ValueTask SendAsync(WireOpcode opcode, in ReadOnlySequence<byte> payload, CancellationToken cancellationToken = default)
    {
        if (payload.IsSingleSegment)
            return SendAsync(opcode, payload.First, cancellationToken);
        var joined = new PooledBufferWriter();
        foreach (var piece in payload)
            joined.Write(piece.Span);
        return SendPooledAsync(opcode, joined, cancellationToken);
    }

    /// <summary>Sends the message that <paramref name="write"/> produces, at once and on this thread, into a pooled buffer; as <see cref="SendAsync(WireOpcode, ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <param name="opcode">Text, Binary, Ping or Pong.</param>
    /// <param name="state">Passed to <paramref name="write"/>.</param>
    /// <param name="write">Writes the payload.</param>
    /// <param name="cancellationToken">Takes the message out while it has not begun.</param>
    /// <typeparam name="TState">The type of <paramref name="state"/>.</typeparam>
    public ValueTask SendAsync<TState>(WireOpcode opcode, TState state, Action<TState, IBufferWriter<byte>> write, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(write);
        var buffer = new PooledBufferWriter();
        try
        {
            write(state, buffer);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        return SendPooledAsync(opcode, buffer, cancellationToken);
    }

    private async ValueTask SendPooledAsync(WireOpcode opcode, PooledBufferWriter buffer, CancellationToken cancellationToken)
    {
        // A cancelled message has no byte read by the writer any more, so its buffer may go back at once.
        using (buffer)
            await SendAsync(opcode, buffer.Written, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SendWhenRoomAsync(SendOperation send, CancellationToken cancellationToken)
    {
        do
        {
            await _writer.RoomAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                send.Cancel();
                break;
            }
        }
        while (!_writer.TryPost(send, inline: true));
        await send.Task.ConfigureAwait(false);
    }
}
