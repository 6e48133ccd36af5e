using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace AkkaWs.Wire;

/// <summary>Control frames (RFC 6455, section 5.5).</summary>
internal sealed partial class FrameReader
{
    private void TakeControl(WireOpcode opcode, int header, int length, long receivedAt)
    {
        var start = _pos + header;
        var payload = _slab!.Array.AsSpan(start, length);
        if (opcode == WireOpcode.Close)
        {
            TakeClose(payload);
            return;
        }

        if (!CountControlFrame(receivedAt))
            return;
        if (opcode == WireOpcode.Ping)
            pings.OnPing(payload);
        Batch(receivedAt).Add(_slab, start, length, opcode);
        _pos = start + length;
    }

    private bool CountControlFrame(long now)
    {
        if (_controlWindowCount == 0 || options.TimeProvider.GetElapsedTime(_controlWindowStart, now) >= TimeSpan.FromSeconds(1))
            (_controlWindowStart, _controlWindowCount) = (now, 0);
        if (++_controlWindowCount > options.MaxControlFramesPerSecond)
            FailProtocol($"More than {options.MaxControlFramesPerSecond} control frames came within a second.", $"at most {options.MaxControlFramesPerSecond} (MaxControlFramesPerSecond)", CloseCode.PolicyViolation);
        return !IsEnded;
    }

    private void TakeClose(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            Close = new WireCloseStatus(CloseCode.NoStatusReceived, "", ByPeer: true);
            return;
        }

        if (payload.Length == 1)
        {
            FailProtocol("A close frame has a payload of one byte.", "none, or a code of two bytes and a reason");
            return;
        }

        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!CloseCodes.MayBeSent(code))
            FailProtocol($"A close frame carries the code {code}.", "a code that may be sent (section 7.4)");
        else if (!Utf8.IsValid(payload[2..]))
            FailUtf8("The reason of a close frame");
        else
            Close = new WireCloseStatus((CloseCode)code, Encoding.UTF8.GetString(payload[2..]), ByPeer: true);
    }
}
