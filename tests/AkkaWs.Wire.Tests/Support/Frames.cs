using System.Buffers.Binary;
using System.Text;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>Bytes of frames as a server sends them, right or wrong.</summary>
internal static class Frames
{
    public static byte[] Text(string text, bool fin = true) => Frame(WireOpcode.Text, Encoding.UTF8.GetBytes(text), fin);

    public static byte[] Binary(byte[] payload, bool fin = true) => Frame(WireOpcode.Binary, payload, fin);

    public static byte[] Continuation(byte[] payload, bool fin) => Frame(WireOpcode.Continuation, payload, fin);

    public static byte[] Close(int code, string reason = "")
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return Frame(WireOpcode.Close, payload);
    }

    /// <summary>A frame; <paramref name="lengthSize"/> is the size of the extended length (0, 2 or 8), null for the shortest.</summary>
    public static byte[] Frame(WireOpcode opcode, byte[] payload, bool fin = true, int rsv = 0, int? lengthSize = null)
    {
        var size = lengthSize ?? (payload.Length < 126 ? 0 : payload.Length <= ushort.MaxValue ? 2 : 8);
        var bytes = new byte[2 + size + payload.Length];
        bytes[0] = (byte)((fin ? 0x80 : 0) | (rsv << 4) | (int)opcode);
        bytes[1] = (byte)(size == 0 ? payload.Length : size == 2 ? 126 : 127);
        if (size == 2)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)payload.Length);
        else if (size == 8)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), (ulong)payload.Length);
        payload.CopyTo(bytes, 2 + size);
        return bytes;
    }
}

/// <summary>A frame that the client sent.</summary>
internal sealed record ClientFrame(bool Fin, int Rsv, WireOpcode Opcode, bool Masked, uint Key, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);
}
