using System.Buffers.Binary;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>Reads a client's masked frames from a blocking stream. It trusts the client: a benchmark's server checks nothing.</summary>
internal sealed class ClientFrames(Stream stream)
{
    private const int MaskLength = 4;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>The first byte of the frame that was read last: FIN, reserved bits, opcode.</summary>
    public byte First { get; private set; }

    /// <summary>Reads one frame; false at the end of the stream. The payload is valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!Require(2))
            return false;
        First = _buffer[_start];
        var length = _buffer[_start + 1] & 0x7F;
        var header = length switch { 126 => 4, 127 => 10, _ => 2 };
        if (!Require(header))
            return false;
        length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)),
            10 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(_start + 2))),
            _ => length,
        };
        if (!Require(header + MaskLength + length))
            return false;
        var mask = _buffer.AsSpan(_start + header, MaskLength);
        var body = _buffer.AsSpan(_start + header + MaskLength, length);
        for (var i = 0; i < body.Length; i++)
            body[i] ^= mask[i & 3];
        _start += header + MaskLength + length;
        payload = body;
        return true;
    }

    private bool Require(int count)
    {
        if (_end - _start >= count)
            return true;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_buffer.Length < count)
            Array.Resize(ref _buffer, count * 2);
        while (_end < count)
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                return false;
            _end += read;
        }

        return true;
    }
}
