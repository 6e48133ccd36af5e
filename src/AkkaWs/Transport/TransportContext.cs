using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Telemetry;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>Makes a physical connection. <see cref="WireConnection.ConnectAsync"/> in the product.</summary>
internal delegate Task<WireConnection> WireConnector(Uri url, WireOptions options, CancellationToken cancellationToken);

/// <summary>
/// What a transport works with. <paramref name="Turn"/> says which read loop delivers, and keeps any other from touching the routes meanwhile:
/// that of an earlier physical connection still at its last batch, or that of a later one that stands by.
/// </summary>
internal sealed record TransportContext(
    WebSocketClientOptions Options,
    ProtocolHandler Handler,
    RouteTable Routes,
    TrafficCounters Counters,
    CreditGate Credits,
    ReadTurn Turn,
    Epoch Epoch,
    WireConnector Connect)
{
    /// <summary>How many writes may wait for the socket.</summary>
    public const int MaxQueuedWrites = 4_096;

    /// <summary>What all updates of the physical connection have in common.</summary>
    public UpdateOrigin Origin { get; } = new(Epoch, Handler);

    /// <summary>Whose turn it is to connect; null: anyone's at any time.</summary>
    public AttemptGate? Attempts { get; init; }

    /// <summary>What the transport takes that is no data.</summary>
    public TransportHooks Hooks { get; init; } = new();

    /// <summary>Measures what is read; null: nothing does.</summary>
    public BatchMeter? Batches { get; init; }

    /// <summary>Change where to connect, in order, after the handler.</summary>
    public IReadOnlyList<IEndpointProvider> Endpoints { get; init; } = [];

    /// <summary>Whose messages go to those who want every one.</summary>
    public required MessageOrder Messages { get; init; }

    /// <summary>Whether the log shows updates.</summary>
    public bool ShowsUpdates { get; init; }

    /// <summary>Who takes responses; null: the connection's actor sees them all.</summary>
    public IResponseTaker? Requests { get; init; }
}
