using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AkkaWs.Wire;

/// <summary>Validates UTF-8 that arrives in pieces, and refuses at the first byte that no continuation can make valid (RFC 3629, section 3).</summary>
internal struct Utf8Validator
{
    private uint _pending;
    private int _pendingLength;

    /// <summary>Whether everything so far ends at the end of a character.</summary>
    public readonly bool IsComplete => _pendingLength == 0;

    public void Reset() => _pendingLength = 0;

    /// <summary>Takes the next piece; false when the text cannot be valid any more.</summary>
    public bool Append(ReadOnlySpan<byte> piece)
    {
        while (_pendingLength > 0)
        {
            if (piece.IsEmpty)
                return true;
            if (!AppendToPending(piece[0]))
                return false;
            piece = piece[1..];
        }

        var tail = IncompleteTailLength(piece);
        if (!Utf8.IsValid(piece[..^tail]))
            return false;
        foreach (var b in piece[^tail..])
        {
            if (!AppendToPending(b))
                return false;
        }

        return true;
    }

    private bool AppendToPending(byte next)
    {
        Span<byte> bytes = stackalloc byte[4];
        BitConverter.TryWriteBytes(bytes, _pending);
        bytes[_pendingLength++] = next;
        _pending = BitConverter.ToUInt32(bytes);
        switch (Rune.DecodeFromUtf8(bytes[.._pendingLength], out _, out _))
        {
            case OperationStatus.Done:
                _pendingLength = 0;
                return true;
            case OperationStatus.NeedMoreData:
                return true;
            default:
                return false;
        }
    }

    /// <summary>How many bytes at the end begin a character that they do not finish: 0 to 3.</summary>
    private static int IncompleteTailLength(ReadOnlySpan<byte> piece)
    {
        for (var back = 1; back <= Math.Min(3, piece.Length); back++)
        {
            var b = piece[^back];
            if (b < 0x80)
                return 0;
            if (b < 0xC0)
                continue;
            var needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
            return needed > back ? back : 0;
        }

        return 0;
    }
}
