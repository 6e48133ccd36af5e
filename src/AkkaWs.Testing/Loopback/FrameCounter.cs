using System.Buffers.Binary;

namespace AkkaWs.Testing;

/// <summary>
/// Follows the frame headers of one direction (RFC 6455, section 5.2) to count control frames, which the framework's server socket answers without telling anyone.
/// </summary>
internal sealed class FrameCounter
{
    private const int LongestHeader = 14;

    private readonly byte[] _header = new byte[LongestHeader];
    private int _collected;
    private long _payloadLeft;
    private long _pings;
    private long _pongs;

    internal long Pings => Interlocked.Read(ref _pings);

    internal long Pongs => Interlocked.Read(ref _pongs);

    /// <summary>Returns whether a ping or a pong began in these bytes.</summary>
    internal bool Read(ReadOnlySpan<byte> bytes)
    {
        var control = false;
        while (!bytes.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                var skipped = (int)Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _header[_collected++] = bytes[0];
            bytes = bytes[1..];
            if (_collected < 2 || _collected < HeaderLength())
                continue;
            control |= Count(_header[0] & 0x0F);
            _payloadLeft = PayloadLength();
            _collected = 0;
        }

        return control;
    }

    private int HeaderLength() => 2 + (_header[1] & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 } + ((_header[1] & 0x80) != 0 ? 4 : 0);

    private long PayloadLength() => (_header[1] & 0x7F) switch
    {
        126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
        127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)) & long.MaxValue,
        var length => length,
    };

    private bool Count(int opcode)
    {
        switch (opcode)
        {
            case 0x9:
                Interlocked.Increment(ref _pings);
                return true;
            case 0xA:
                Interlocked.Increment(ref _pongs);
                return true;
            default:
                return false;
        }
    }
}
