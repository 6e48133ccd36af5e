using System.Buffers;
using System.Diagnostics;

namespace AkkaWs.Wire;

/// <summary>Fills one buffer after the other with the frames of queued writes, and remembers which writes end in it. Used by the running writer only.</summary>
internal sealed class FrameEncoder(WriteQueue queue, int fragmentSize, IDeflater? deflater)
{
    private const int Capacity = 64 * 1024;

    /// <summary>A large message begins in a used buffer only when at least this much of it fits.</summary>
    private const int WorthBeginning = 1024;

    private byte[]? _buffer;
    private int _length;

    // Writes whose last byte is in the buffer, oldest first.
    private WireWrite? _ended;
    private WireWrite? _lastEnded;

    // The write whose bytes are being put into the buffer.
    private WireWrite? _current;
    private ReadOnlyMemory<byte> _payload;
    private bool _isFramed;
    private int _offset;
    private int _frameLeft;
    private uint _key;

    /// <summary>The close frame, once it is encoded; nothing follows it.</summary>
    public CloseWrite? Closed { get; private set; }

    public ReadOnlyMemory<byte> Output => _buffer.AsMemory(0, _length);

    /// <summary>How many writes end in the output.</summary>
    public int EndedWrites { get; private set; }

    private int Room => Capacity - _length;

    /// <summary>Encodes what waits, as far as it fits; false when there is nothing to write.</summary>
    public bool Fill()
    {
        _length = 0;
        EndedWrites = 0;
        while (Closed is null && (_current is not null ? ContinueLarge() : BeginNext()))
        {
        }

        return _length > 0;
    }

    /// <summary>Tells the writes that end in the output that it was written.</summary>
    public void EndOutput()
    {
        while (TakeEnded() is { } write)
        {
            queue.Free(write);
            write.OnWritten();
        }
    }

    /// <summary>The next write that was begun and not written; null when there is none.</summary>
    public WireWrite? TakeUnfinished(out bool begun)
    {
        begun = true;
        if (TakeEnded() is { } ended)
            return ended;
        var current = _current;
        begun = current?.Begun ?? false;
        _current = null;
        return current;
    }

    public void ReleaseBuffer()
    {
        if (_buffer is null)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _length = 0;
    }

    private WireWrite? TakeEnded()
    {
        var write = _ended;
        if (write is null)
            return null;
        _ended = write.Next;
        write.Next = null;
        return write;
    }

    /// <summary>False when nothing waits or the next write must wait for the next buffer.</summary>
    private bool BeginNext()
    {
        if (queue.Take() is not { } write)
            return false;
        var payload = write.Payload;
        var framed = FrameHeader.MaskedSize(payload.Length) + payload.Length;
        if (framed > Room && (framed <= Capacity || Room < WorthBeginning))
        {
            queue.PutBack(write);
            return false;
        }

        if (!TryBegin(write))
            return true;
        _buffer ??= ArrayPool<byte>.Shared.Rent(Capacity);
        if (deflater is not null && deflater.Wants(write.Opcode, payload.Length))
        {
            BeginLarge(deflater.Deflate(write.Opcode, payload, fragmentSize), isFramed: true);
            return true;
        }

        if (framed > Room || payload.Length > fragmentSize)
        {
            BeginLarge(payload, isFramed: false);
            return true;
        }

        PutFrame(write.Opcode, payload.Span);
        End();
        return true;
    }

    private bool TryBegin(WireWrite write)
    {
        _current = write;
        write.Begun = false;
        if (!write.TryBegin())
        {
            _current = null;
            queue.Free(write);
            return false;
        }

        write.Begun = true;
        return true;
    }

    private void BeginLarge(ReadOnlyMemory<byte> payload, bool isFramed)
    {
        _payload = payload;
        _isFramed = isFramed;
        _offset = 0;
        _frameLeft = isFramed ? payload.Length : 0;
        _key = 0;
    }

    /// <summary>Puts as much of the current write into the buffer as fits; false when the buffer is full.</summary>
    private bool ContinueLarge()
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(Capacity);
        while (_offset < _payload.Length)
        {
            if (_frameLeft == 0 && !BeginFrame())
                return false;
            var piece = _payload.Span.Slice(_offset, Math.Min(_frameLeft, Room));
            if (piece.IsEmpty)
                return false;
            Put(piece);
            _offset += piece.Length;
            _frameLeft -= piece.Length;
        }

        End();
        return true;
    }

    private void Put(ReadOnlySpan<byte> piece)
    {
        var destination = _buffer.AsSpan(_length);
        if (_isFramed)
        {
            piece.CopyTo(destination);
        }
        else
        {
            Masking.CopyMasked(piece, destination, _key);
            _key = Masking.Advance(_key, piece.Length);
        }

        _length += piece.Length;
    }

    /// <summary>Between two frames of a message pongs and closes may pass. False when the buffer is full or a close frame ended it all.</summary>
    private bool BeginFrame()
    {
        while (_offset > 0 && queue.TakeControl() is { } control)
        {
            if (Room < FrameHeader.MaxMasked + FrameHeader.MaxControlPayload)
            {
                queue.PutBack(control);
                return false;
            }

            PutFrame(control.Opcode, control.Payload.Span);
            Link(control);
            if (Closed is not null)
                return false;
        }

        if (Room <= FrameHeader.MaxMasked)
            return false;
        _frameLeft = Math.Min(fragmentSize, _payload.Length - _offset);
        var opcode = _offset == 0 ? _current!.Opcode : WireOpcode.Continuation;
        var fin = _offset + _frameLeft == _payload.Length ? FrameHeader.Fin : 0;
        _key = Masking.NextKey();
        _length += FrameHeader.WriteMasked(_buffer.AsSpan(_length), (byte)(fin | (byte)opcode), _frameLeft, _key);
        return true;
    }

    private void PutFrame(WireOpcode opcode, ReadOnlySpan<byte> payload)
    {
        Debug.Assert(_buffer is not null, "A frame is put into a rented buffer.");
        var key = Masking.NextKey();
        _length += FrameHeader.WriteMasked(_buffer.AsSpan(_length), (byte)(FrameHeader.Fin | (byte)opcode), payload.Length, key);
        Masking.CopyMasked(payload, _buffer.AsSpan(_length), key);
        _length += payload.Length;
    }

    private void End()
    {
        var write = _current!;
        _current = null;
        _payload = default;
        Link(write);
    }

    private void Link(WireWrite write)
    {
        write.Begun = true;
        if (_ended is null)
            _ended = write;
        else
            _lastEnded!.Next = write;
        _lastEnded = write;
        EndedWrites++;
        if (write is CloseWrite close)
            Closed = close;
    }
}
