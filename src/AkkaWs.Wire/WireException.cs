namespace AkkaWs.Wire;

/// <summary>
/// The base of every failure of a connection. No message of this family carries header values, query strings or payloads.
/// </summary>
public abstract class WireException : Exception
{
    private protected WireException(string message, CloseCode? closeCode, Exception? innerException = null)
        : base(message, innerException) => CloseCode = closeCode;

    /// <inheritdoc/>
    public override string Message => Remark is null ? base.Message : $"{base.Message} {Remark}";

    /// <summary>The close code that belongs to this failure: sent to the peer for its violations, received from it, or 1006; null before the upgrade.</summary>
    public CloseCode? CloseCode { get; }

    /// <summary>The offset, in bytes from the end of the upgrade, of the frame that caused the failure; null when no received frame did.</summary>
    public long? Offset { get; internal init; }

    /// <summary>What should have been there instead; null when that says nothing more than the message.</summary>
    public string? Expected { get; internal init; }

    /// <summary>What went before that may explain the failure, as a sentence; null: nothing.</summary>
    internal string? Remark { get; set; }
}

/// <summary>The peer broke RFC 6455 (1002), or a limit on its behaviour (1008). The connection has been failed with <see cref="WireException.CloseCode"/>.</summary>
public sealed class WireProtocolException : WireException
{
    internal WireProtocolException(string message, CloseCode closeCode = Wire.CloseCode.ProtocolError, Exception? innerException = null)
        : base(message, closeCode, innerException) { }
}

/// <summary>A frame, message or inflated message exceeds a limit of <see cref="WireOptions"/> (1009).</summary>
public sealed class WireMessageTooBigException : WireException
{
    internal WireMessageTooBigException(string what, long size, long limit, string option)
        : base($"{what} of {size} exceeds the limit {limit} ({option}).", Wire.CloseCode.MessageTooBig)
    {
        Limit = limit;
        Expected = $"at most {limit} ({option})";
    }

    /// <summary>The limit that was exceeded, in the unit of the option that <see cref="WireException.Expected"/> names.</summary>
    public long Limit { get; }
}

/// <summary>A text message or a close reason is not valid UTF-8 (1007).</summary>
public sealed class WireInvalidUtf8Exception : WireException
{
    internal WireInvalidUtf8Exception(string what)
        : base($"{what} is not valid UTF-8.", Wire.CloseCode.InvalidPayload) { }
}

/// <summary>The connection is closed: by the peer, by this side, or (1006) because it ended without a close frame.</summary>
public sealed class WireClosedException : WireException
{
    internal WireClosedException(CloseCode code, string reason, string message, Exception? innerException = null)
        : base(message, code, innerException) => Reason = reason;

    /// <summary>The reason of the close frame; empty when there was none.</summary>
    public string Reason { get; }
}

/// <summary>The transport broke: reset by the peer, or given up by the operating system.</summary>
public sealed class WireResetException : WireException
{
    internal WireResetException(string message, System.Net.Sockets.SocketError socketError, Exception? innerException)
        : base(message, Wire.CloseCode.AbnormalClosure, innerException) => SocketError = socketError;

    /// <summary>The error of the socket; <see cref="System.Net.Sockets.SocketError.SocketError"/> when the stream told none.</summary>
    public System.Net.Sockets.SocketError SocketError { get; }
}
