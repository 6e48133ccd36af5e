namespace AkkaWs.Wire;

/// <summary>Inflates whole messages of permessage-deflate.</summary>
internal interface IInflater
{
    /// <summary>Inflates <paramref name="compressed"/> into a pooled buffer; throws a <see cref="WireException"/> when it is corrupt or exceeds <paramref name="limit"/>.</summary>
    byte[] Inflate(ReadOnlySpan<byte> compressed, int limit, out int length);
}

/// <summary>Compresses whole messages for permessage-deflate.</summary>
internal interface IDeflater
{
    /// <summary>Whether a message of this kind and size goes out compressed.</summary>
    bool Wants(WireOpcode opcode, int length);

    /// <summary>The message as complete masked frames; valid until the next call.</summary>
    ReadOnlyMemory<byte> Deflate(WireOpcode opcode, ReadOnlyMemory<byte> payload, int fragmentSize);
}
