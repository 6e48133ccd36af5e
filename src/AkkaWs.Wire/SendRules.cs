namespace AkkaWs.Wire;

/// <summary>What may be sent as a message (RFC 6455, sections 5.5 and 5.6).</summary>
internal static class SendRules
{
    public static WireArgumentException? Problem(WireOpcode opcode, int length) => opcode switch
    {
        WireOpcode.Text or WireOpcode.Binary => null,
        WireOpcode.Ping or WireOpcode.Pong => length <= FrameHeader.MaxControlPayload ? null : new WireArgumentException("payload", $"a {opcode} carries at most 125 bytes, not {length}."),
        WireOpcode.Close => new WireArgumentException("opcode", "a close frame is sent with CloseAsync."),
        _ => new WireArgumentException("opcode", $"{opcode} is no message; use Text, Binary, Ping or Pong."),
    };

    /// <summary>The close reason cut to what a close frame carries would lose meaning silently, so a longer one is refused.</summary>
    public static void CheckClose(CloseCode code, string reason)
    {
        if (!CloseCodes.MayBeSent((int)code))
            throw new WireArgumentException("code", $"{(int)code} may not be sent (RFC 6455, section 7.4).");
        if (System.Text.Encoding.UTF8.GetByteCount(reason) > CloseWrite.MaxReasonBytes)
            throw new WireArgumentException("reason", $"longer than {CloseWrite.MaxReasonBytes} bytes of UTF-8.");
    }
}
