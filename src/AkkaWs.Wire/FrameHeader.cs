using System.Buffers.Binary;

namespace AkkaWs.Wire;

/// <summary>Reads and writes frame headers (RFC 6455, section 5.2).</summary>
/// <remarks><code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
/// |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
/// |N|V|V|V|       |S|             |   (if payload len==126/127)   |
/// | |1|2|3|       |K|             |                               |
/// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
/// |     Extended payload length continued, if payload len == 127  |
/// + - - - - - - - - - - - - - - - +-------------------------------+
/// |                               |Masking-key, if MASK set to 1  |
/// +-------------------------------+-------------------------------+
/// </code></remarks>
internal static class FrameHeader
{
    public const byte Fin = 0x80;
    public const byte Rsv1 = 0x40;
    public const byte Rsv2And3 = 0x30;
    public const byte OpcodeBits = 0x0F;
    public const byte MaskBit = 0x80;
    public const byte LengthBits = 0x7F;
    public const int Length16 = 126;
    public const int Length64 = 127;
    public const int MaxControlPayload = 125;

    /// <summary>The longest header a server may send: no key.</summary>
    public const int MaxUnmasked = 10;

    /// <summary>The longest header we send.</summary>
    public const int MaxMasked = 14;

    public static int MaskedSize(int payloadLength) => payloadLength < Length16 ? 6 : payloadLength <= ushort.MaxValue ? 8 : MaxMasked;

    /// <summary>Writes a masked header and returns its size.</summary>
    public static int WriteMasked(Span<byte> destination, byte firstByte, int payloadLength, uint key)
    {
        destination[0] = firstByte;
        int size;
        if (payloadLength < Length16)
        {
            destination[1] = (byte)(MaskBit | payloadLength);
            size = 2;
        }
        else if (payloadLength <= ushort.MaxValue)
        {
            destination[1] = MaskBit | Length16;
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
            size = 4;
        }
        else
        {
            destination[1] = MaskBit | Length64;
            BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
            size = 10;
        }

        BitConverter.TryWriteBytes(destination[size..], key);
        return size + sizeof(uint);
    }
}
