namespace AkkaWs.Wire;

/// <summary>How a connection ended.</summary>
/// <param name="Code">The code of the peer's close frame; <see cref="CloseCode.NoStatusReceived"/> when it carried none, <see cref="CloseCode.AbnormalClosure"/> when there was no close frame; the code of our own when this side failed the connection for a violation.</param>
/// <param name="Reason">The reason of the peer's close frame; empty when there was none.</param>
/// <param name="ByPeer">Whether the peer's close frame came before ours was sent.</param>
public sealed record WireCloseStatus(CloseCode Code, string Reason, bool ByPeer);
