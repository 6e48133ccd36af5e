using AkkaWs.Messages;
using AkkaWs.Wire;

namespace AkkaWs.Policies;

/// <summary>Which lanes a priority stands for.</summary>
internal static class Lanes
{
    /// <summary>The lane in the write queue.</summary>
    public static WireLane OfWire(MessagePriority priority) => priority switch
    {
        MessagePriority.Cancel => WireLane.Urgent,
        MessagePriority.Order => WireLane.High,
        MessagePriority.Ping => WireLane.Raised,
        MessagePriority.Subscribe => WireLane.Elevated,
        _ => WireLane.Normal,
    };

    /// <summary>The lane at the outgoing rate gate.</summary>
    public static RateLane OfGate(MessagePriority priority) => priority switch
    {
        MessagePriority.Cancel or MessagePriority.Ping => RateLane.Urgent,
        MessagePriority.Order => RateLane.Normal,
        MessagePriority.Subscribe => RateLane.Bulk,
        _ => RateLane.Rest,
    };
}
