namespace AkkaWs.Options;

/// <summary>Compression of messages by permessage-deflate (RFC 7692), where the server agrees to it.</summary>
public sealed record DeflateOptions
{
    /// <summary>Whether compression is offered to the server. HOCON: <c>deflate.enabled</c>. Default: false.</summary>
    public bool Enabled { get; init; }

    /// <summary>The window of what is sent, in bits, 9 to 15. Smaller ones cost the server less memory and compress worse. HOCON: <c>deflate.client-max-window-bits</c>. Default: 15.</summary>
    public int ClientMaxWindowBits { get; init; } = 15;

    /// <summary>The window of what the server sends, in bits, 9 to 15. Smaller ones cost this side less memory. HOCON: <c>deflate.server-max-window-bits</c>. Default: 15.</summary>
    public int ServerMaxWindowBits { get; init; } = 15;

    /// <summary>Whether what is sent is compressed with the window of the messages before; false costs ratio and frees memory. HOCON: <c>deflate.client-context-takeover</c>. Default: true.</summary>
    public bool ClientContextTakeover { get; init; } = true;

    /// <summary>Whether the server may compress with the window of the messages before. HOCON: <c>deflate.server-context-takeover</c>. Default: true.</summary>
    public bool ServerContextTakeover { get; init; } = true;

    /// <summary>Messages of fewer bytes are sent as they are: compressing them costs more than it saves. HOCON: <c>deflate.minimum-size</c>. Default: 64.</summary>
    public int MinimumSize { get; init; } = 64;
}
