using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace AkkaWs.Wire;

internal sealed partial class FrameReader
{
    private const byte FinText = FrameHeader.Fin | (byte)WireOpcode.Text;
    private const byte FinBinary = FrameHeader.Fin | (byte)WireOpcode.Binary;

    private void Parse(long receivedAt)
    {
        var bytes = _slab!.Array.AsSpan(0, _end);
        while (_end - _pos >= 2 && !IsEnded)
        {
            var first = bytes[_pos];
            var second = bytes[_pos + 1];
            if (!TryReadLength(bytes[_pos..], second, out var header, out var length))
            {
                // The two bytes at hand may already break a rule; the peer then learns it without sending the rest.
                CheckFrame(first, second, 0);
                return;
            }

            if (first is FinText or FinBinary && second < FrameHeader.MaskBit && _fragments == 0 && length <= _maxInPlace && length <= options.MaxMessageSize && length <= options.MaxFrameSize)
            {
                if (!TryTakeInPlace(bytes, (WireOpcode)(first & FrameHeader.OpcodeBits), header, (int)length, receivedAt))
                    return;
                continue;
            }

            if (!CheckFrame(first, second, length))
                return;
            if ((first & 0x08) != 0)
            {
                if (_end - _pos < header + (int)length)
                    return;
                TakeControl((WireOpcode)(first & FrameHeader.OpcodeBits), header, (int)length, receivedAt);
                continue;
            }

            BeginStream(first, header, length, receivedAt);
        }
    }

    private bool TryReadLength(ReadOnlySpan<byte> frame, byte second, out int header, out long length)
    {
        (header, length) = (2, second & FrameHeader.LengthBits);
        if (length < FrameHeader.Length16)
            return true;
        if (length == FrameHeader.Length16)
        {
            header = 4;
            if (frame.Length < header)
                return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(frame[2..]);
            if (length < FrameHeader.Length16)
                FailProtocol($"A length of {length} is encoded in 16 bits.", "the shortest encoding of the length");
            return !IsEnded;
        }

        header = FrameHeader.MaxUnmasked;
        if (frame.Length < header)
            return false;
        length = BinaryPrimitives.ReadInt64BigEndian(frame[2..]);
        if (length is >= 0 and <= ushort.MaxValue)
            FailProtocol($"A length of {length} is encoded in 64 bits.", "the shortest encoding of the length");
        else if (length < 0)
            FailProtocol("A frame's length has its highest bit set.", "a length below 2^63");
        return !IsEnded;
    }

    /// <summary>The hot path: an unfragmented data frame that fits a slab. False when it is not complete yet, or not valid.</summary>
    private bool TryTakeInPlace(ReadOnlySpan<byte> bytes, WireOpcode opcode, int header, int length, long receivedAt)
    {
        var start = _pos + header;
        if (_end - start < length)
        {
            if (opcode == WireOpcode.Text)
                ValidatePartial(bytes[start..]);
            return false;
        }

        if (opcode == WireOpcode.Text && !IsValidText(bytes.Slice(start, length)))
        {
            FailUtf8("A text message");
            return false;
        }

        Batch(receivedAt).Add(_slab!, start, length, opcode);
        _pos = start + length;
        _lastFrame = header + length;
        return true;
    }

    private bool IsValidText(ReadOnlySpan<byte> payload)
    {
        if (_partialValidated == 0)
            return Utf8.IsValid(payload);
        var valid = _utf8.Append(payload[_partialValidated..]) && _utf8.IsComplete;
        _partialValidated = 0;
        _utf8.Reset();
        return valid;
    }

    private void ValidatePartial(ReadOnlySpan<byte> soFar)
    {
        if (soFar.Length == _partialValidated)
            return;
        if (_utf8.Append(soFar[_partialValidated..]))
            _partialValidated = soFar.Length;
        else
            FailUtf8("A text message");
    }

    /// <summary>Every rule that the header alone can break.</summary>
    private bool CheckFrame(byte first, byte second, long length)
    {
        var opcode = (WireOpcode)(first & FrameHeader.OpcodeBits);
        var isControl = (first & 0x08) != 0;
        if (IsEnded)
            return false;
        if ((first & FrameHeader.Rsv2And3) != 0 || ((first & FrameHeader.Rsv1) != 0 && !MayBeCompressed(opcode)))
            FailProtocol($"A frame has reserved bits set (0x{first:X2}).", inflater is null ? "none: no extension was negotiated" : "RSV1 at most, on the first frame of a message");
        else if (opcode is not (WireOpcode.Continuation or WireOpcode.Text or WireOpcode.Binary or WireOpcode.Close or WireOpcode.Ping or WireOpcode.Pong))
            FailProtocol($"A frame has the reserved opcode {(int)opcode}.", "opcode 0, 1, 2, 8, 9 or 10");
        else if ((second & FrameHeader.MaskBit) != 0)
            FailProtocol("A frame of the server is masked.", "an unmasked frame");
        else if (isControl && (first & FrameHeader.Fin) == 0)
            FailProtocol("A control frame is fragmented.", "control frames in one piece");
        else if (isControl && (second & FrameHeader.LengthBits) > FrameHeader.MaxControlPayload)
            FailProtocol("A control frame is longer than 125 bytes.", "at most 125 bytes");
        else if (opcode == WireOpcode.Continuation && _fragments == 0)
            FailProtocol("A continuation has no message to continue.", "a text or binary frame");
        else if (opcode is WireOpcode.Text or WireOpcode.Binary && _fragments > 0)
            FailProtocol("A message begins before the fragmented one has ended.", "a continuation");
        else if (length > options.MaxFrameSize)
            FailTooBig("A frame", length, options.MaxFrameSize, nameof(options.MaxFrameSize));
        else if (!isControl && _assembly.Length + length > options.MaxMessageSize)
            FailTooBig("A message", _assembly.Length + length, options.MaxMessageSize, nameof(options.MaxMessageSize));
        else if (!isControl && _fragments >= options.MaxFragments)
            FailTooBig("The number of fragments", _fragments + 1L, options.MaxFragments, nameof(options.MaxFragments));
        return !IsEnded;
    }

    private bool MayBeCompressed(WireOpcode opcode) => inflater is not null && opcode is WireOpcode.Text or WireOpcode.Binary;

    private void BeginStream(byte first, int header, long length, long receivedAt)
    {
        var opcode = (WireOpcode)(first & FrameHeader.OpcodeBits);
        if (opcode != WireOpcode.Continuation)
        {
            _message = opcode;
            _messageCompressed = (first & FrameHeader.Rsv1) != 0;
        }

        _fragments++;
        _streamFinal = (first & FrameHeader.Fin) != 0;
        _streamLeft = length;
        _frameOffset = Offset;
        _streaming = true;

        var piece = _slab!.Array.AsSpan(_pos + header, (int)Math.Min(length, _end - _pos - header));
        _assembly.Append(piece);
        if (!Validate(piece))
            return;
        _pos += header + piece.Length;
        _streamLeft -= piece.Length;
        if (_streamLeft == 0)
            EndStream(receivedAt);
        else if (_slab.IsExclusive)
            ReleaseSlab();
    }

    private void ContinueStream(ReadOnlySpan<byte> piece, long receivedAt)
    {
        _streamLeft -= piece.Length;
        if (Validate(piece) && _streamLeft == 0)
            EndStream(receivedAt);
    }

    private bool Validate(ReadOnlySpan<byte> piece)
    {
        if (_message == WireOpcode.Text && !_messageCompressed && !_utf8.Append(piece))
            FailUtf8("A text message");
        return !IsEnded;
    }

    private void EndStream(long receivedAt)
    {
        _streaming = false;
        if (!_streamFinal)
            return;
        _fragments = 0;
        if (_messageCompressed)
        {
            TakeCompressed(receivedAt);
            return;
        }

        if (_message == WireOpcode.Text && !_utf8.IsComplete)
        {
            FailUtf8("A text message");
            return;
        }

        var buffer = _assembly.Detach(out var length);
        Batch(receivedAt).AddOwned(buffer, length, _message);
    }

    private void TakeCompressed(long receivedAt)
    {
        try
        {
            var inflated = inflater!.Inflate(_assembly.Written, options.MaxMessageSize, out var length);
            _assembly.Clear();
            if (_message == WireOpcode.Text && !Utf8.IsValid(inflated.AsSpan(0, length)))
            {
                ArrayPool<byte>.Shared.Return(inflated);
                FailUtf8("A compressed text message");
                return;
            }

            Batch(receivedAt).AddOwned(inflated, length, _message);
        }
        catch (WireException refused)
        {
            Fail(refused);
        }
    }
}
