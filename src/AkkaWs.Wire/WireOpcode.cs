namespace AkkaWs.Wire;

/// <summary>The opcode of a frame or message. Source: RFC 6455, section 5.2.</summary>
#pragma warning disable CA1028 // The wire's own width: one nibble, kept in a byte.
public enum WireOpcode : byte
#pragma warning restore CA1028
{
    /// <summary>A further fragment of the message begun before; never the opcode of a whole message.</summary>
    Continuation = 0,

    /// <summary>A message whose payload is UTF-8.</summary>
    Text = 1,

    /// <summary>A message of arbitrary bytes.</summary>
    Binary = 2,

    /// <summary>The close handshake; sent with <see cref="WireConnection.CloseAsync"/> only.</summary>
    Close = 8,

    /// <summary>A ping of at most 125 bytes; the other side answers with a pong of the same payload.</summary>
    Ping = 9,

    /// <summary>The answer to a ping, or an unsolicited sign of life.</summary>
    Pong = 10,
}
