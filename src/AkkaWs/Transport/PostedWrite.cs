using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>A write whose outcome nobody waits for: a loss of the connection tells enough.</summary>
internal sealed class PostedWrite : WireWrite
{
    public PostedWrite(OutboundMessage message, WireLane lane)
        : base(message.IsBinary ? WireOpcode.Binary : WireOpcode.Text, message.Payload, lane)
    {
    }
}
