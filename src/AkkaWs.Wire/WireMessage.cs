namespace AkkaWs.Wire;

/// <summary>
/// One received message: Text (valid UTF-8), Binary, Ping (already answered) or Pong. The payload is a slice of the
/// batch's buffers: copy what outlives the batch, or release the batch with <see cref="MessageBatch.ReleaseKeepingSlices"/>.
/// </summary>
public readonly struct WireMessage
{
    internal WireMessage(WireOpcode opcode, ReadOnlyMemory<byte> payload) => (Opcode, Payload) = (opcode, payload);

    /// <summary>The opcode.</summary>
    public WireOpcode Opcode { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The payload as a span.</summary>
    public ReadOnlySpan<byte> Span => Payload.Span;
}
