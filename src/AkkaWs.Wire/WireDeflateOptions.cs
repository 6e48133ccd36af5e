namespace AkkaWs.Wire;

/// <summary>What is offered for permessage-deflate. Source: RFC 7692, section 7.</summary>
public sealed record WireDeflateOptions
{
    /// <summary>Our window in bits, 9 to 15. Default 15. Smaller ones cost the server less memory and compress worse.</summary>
    public int ClientMaxWindowBits { get; init; } = 15;

    /// <summary>The server's window in bits, 9 to 15. Default 15. Smaller ones cost us less memory.</summary>
    public int ServerMaxWindowBits { get; init; } = 15;

    /// <summary>Whether our compressor keeps its window from message to message. Default true; false costs ratio and frees memory.</summary>
    public bool ClientContextTakeover { get; init; } = true;

    /// <summary>Whether the server's compressor may keep its window from message to message. Default true.</summary>
    public bool ServerContextTakeover { get; init; } = true;

    /// <summary>Messages of fewer bytes are sent as they are. Default 64: compressing them costs more than it saves.</summary>
    public int MinimumSize { get; init; } = 64;
}
