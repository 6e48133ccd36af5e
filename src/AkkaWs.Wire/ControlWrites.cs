using System.Buffers.Binary;
using System.Text;

namespace AkkaWs.Wire;

/// <summary>The answer to a ping.</summary>
internal sealed class PongWrite(byte[] payload, Action written) : WireWrite(WireOpcode.Pong, payload)
{
    protected internal override void OnWritten() => written();

    protected internal override void OnFailed(WireException error, bool begun) => written();
}

/// <summary>A close frame; what was not begun before it will not be written any more.</summary>
internal sealed class CloseWrite(CloseCode code, string reason, WireException cause) : WireWrite(WireOpcode.Close, Encode(code, reason))
{
    public const int MaxReasonBytes = FrameHeader.MaxControlPayload - sizeof(ushort);

    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why nothing is written after it.</summary>
    public WireException Cause { get; } = cause;

    /// <summary>Ends when the frame was handed to the transport, or the transport broke before.</summary>
    public Task Written => _written.Task;

    protected internal override void OnWritten() => _written.TrySetResult();

    protected internal override void OnFailed(WireException error, bool begun) => _written.TrySetResult();

    private static byte[] Encode(CloseCode code, string reason)
    {
        // Code 1005 stands for "no code": the frame that answers such a one is empty as well.
        if (code == CloseCode.NoStatusReceived)
            return [];
        var payload = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(sizeof(ushort)));
        return payload;
    }
}
