using Akka.Actor;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>What a transport tells its parent, stamped with its epoch so that a stale one can be told.</summary>
internal abstract record TransportSignal(Epoch Epoch) : INoSerializationVerificationNeeded;

/// <summary>The attempt waits for its turn to connect, behind others that go to the same host.</summary>
internal sealed record TransportWaits(Epoch Epoch, int Ahead) : TransportSignal(Epoch);

/// <summary>The socket is upgraded; whoever holds <paramref name="Wire"/> may write.</summary>
internal sealed record TransportOpened(Epoch Epoch, WireConnection Wire) : TransportSignal(Epoch);

/// <summary>A response; its credit is to be released once handled.</summary>
internal sealed record ResponseReceived(Epoch Epoch, RequestId Id, ReadOnlyMemory<byte> Payload, BatchCredit Credit) : TransportSignal(Epoch);

/// <summary>A system or control message, or an unknown one that the handler observes; its credit is to be released once handled.</summary>
internal sealed record FrameReceived(Epoch Epoch, MessageKind Kind, ReadOnlyMemory<byte> Payload, BatchCredit Credit) : TransportSignal(Epoch);

/// <summary>
/// Pongs that one read brought: frames, or the venue's own. A frame repeats the number of its ping, if the server keeps to the rules; of several the last
/// number stands here, null where one had none. Its credit is to be released once handled.
/// </summary>
internal sealed record PongReceived(Epoch Epoch, long? Ping, long ReceivedAt, int Count, BatchCredit Credit) : TransportSignal(Epoch);

/// <summary>The transport stands by and can hold no more updates: it reads on once its turn has come.</summary>
internal sealed record StandbyFull(Epoch Epoch) : TransportSignal(Epoch);

/// <summary>Tells a transport to drop its socket and stop, once what it has read is delivered.</summary>
internal sealed class AbortTransport : INoSerializationVerificationNeeded
{
    private AbortTransport()
    {
    }

    public static AbortTransport Instance { get; } = new();
}

/// <summary>Tells a transport to make the closing handshake and stop.</summary>
internal sealed class CloseTransport : INoSerializationVerificationNeeded
{
    private CloseTransport()
    {
    }

    public static CloseTransport Instance { get; } = new();

    /// <summary>The same, once what waits for the socket is written.</summary>
    public static CloseTransport AfterFlush { get; } = new();
}
