using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>Makes a physical connection. <see cref="WireConnection.ConnectAsync"/> in the product.</summary>
internal delegate Task<WireConnection> WireConnector(Uri url, WireOptions options, CancellationToken cancellationToken);

/// <summary>
/// What a transport works with. <paramref name="ReadTurn"/> is held by the read loop that runs: routes and credits are touched by one at a time,
/// also while the loop of an earlier physical connection is still at its last batch.
/// </summary>
internal sealed record TransportContext(
    WebSocketOptions Options,
    ProtocolHandler Handler,
    RouteTable Routes,
    TrafficCounters Counters,
    CreditGate Credits,
    SemaphoreSlim ReadTurn,
    Epoch Epoch,
    WireConnector Connect)
{
    /// <summary>How many writes may wait for the socket.</summary>
    public const int MaxQueuedWrites = 4_096;
}
