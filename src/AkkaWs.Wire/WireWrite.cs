namespace AkkaWs.Wire;

/// <summary>
/// One message to write. The object itself is the queue's item, so posting allocates nothing. It may be posted again
/// (see <see cref="Reset"/>) once it was written, failed or skipped.
/// </summary>
public abstract class WireWrite
{
    internal WireWrite? Next;
    internal int Budget;

    /// <summary>A message with its payload.</summary>
    /// <param name="opcode">Text, Binary, Ping or Pong.</param>
    /// <param name="payload">The payload: UTF-8 for Text, at most 125 bytes for Ping and Pong. Must not change until written, failed or skipped.</param>
    /// <param name="lane">The priority.</param>
    protected WireWrite(WireOpcode opcode, ReadOnlyMemory<byte> payload, WireLane lane = WireLane.Normal) => Reset(opcode, payload, lane);

    /// <summary>The opcode.</summary>
    public WireOpcode Opcode { get; private set; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>The priority.</summary>
    public WireLane Lane { get; private set; }

    /// <summary>Whether <see cref="TryBegin"/> let the current posting pass; owned by the writer.</summary>
    internal bool Begun { get; set; }

    /// <summary>Gives the object its next message; only while it is not posted.</summary>
    /// <param name="opcode">Text, Binary, Ping or Pong.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="lane">The priority.</param>
    protected void Reset(WireOpcode opcode, ReadOnlyMemory<byte> payload, WireLane lane = WireLane.Normal)
    {
        Opcode = opcode;
        Payload = payload;
        Lane = lane;
    }

    /// <summary>Called on the writer's thread right before the bytes are put into the output. False skips the message: no byte of it is sent, and no other callback follows. Must not block or throw.</summary>
    protected internal virtual bool TryBegin() => true;

    /// <summary>Called on the writer's thread once all bytes were handed to the transport. Must not block or throw.</summary>
    protected internal virtual void OnWritten() { }

    /// <summary>Called when the message will not be written any more. Must not block or throw.</summary>
    /// <param name="error">Why.</param>
    /// <param name="begun">Whether some of its bytes may have left.</param>
    protected internal virtual void OnFailed(WireException error, bool begun) { }
}
