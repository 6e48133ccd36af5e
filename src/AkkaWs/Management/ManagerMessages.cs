using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Transport;

namespace AkkaWs.Management;

/// <summary>Opens a connection. Replies <see cref="ConnectionOpened"/>, or <c>Status.Failure</c>.</summary>
internal sealed record OpenConnection(WebSocketClientOptions Options, ProtocolHandler Handler, WireConnector Connect, Random Random)
    : INoSerializationVerificationNeeded
{
    /// <summary>Decides when to connect again.</summary>
    public IReconnectPolicy Policy { get; init; } = ReconnectPolicy.Default;

    /// <summary>Change where an attempt connects, in order, after the handler.</summary>
    public IReadOnlyList<IEndpointProvider> Endpoints { get; init; } = [];

    /// <summary>What its transport takes that is no data; null: nothing.</summary>
    public TransportHooks? Hooks { get; init; }

    /// <summary>Builds the login in the handler's place; null: the handler does.</summary>
    public ILoginProvider? Login { get; init; }

    /// <summary>The handle to use, where it was given out before; null: a new one.</summary>
    public ConnectionHandle? Handle { get; init; }

    /// <summary>Whether a host or the like declares it: nobody waits for its first connect, and it does not fail fast unless its options say so.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>Whether an open connection of the name is as good, if it is the same: then that is the reply.</summary>
    public bool MayBeOpen { get; init; }

    /// <summary>Whether it is below a user's actor, with which it ends.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>Whether it was closed before and is opened again: it does not fail fast either.</summary>
    public bool IsReopened { get; init; }

    /// <summary>Whether it was Ready in an earlier life: then no option makes it fail fast.</summary>
    public bool WasReady { get; init; }

    /// <summary>The gate for its attempts to connect; null: the one of the actor system.</summary>
    public AttemptGate? Attempts { get; init; }
}

/// <summary>Opens a closed connection again, with what it was opened with but for its options. Replies <see cref="ConnectionOpened"/>, or <c>Status.Failure</c>.</summary>
internal sealed record ReopenConnection(ConnectionHandle Closed, WebSocketClientOptions Options) : INoSerializationVerificationNeeded;

/// <summary>The connection exists and starts to connect.</summary>
internal sealed record ConnectionOpened(IActorRef Connection, ConnectionHandle Handle) : INoSerializationVerificationNeeded;

/// <summary>A connection that lives elsewhere is open: it is closed with the others.</summary>
internal sealed record CloseWithOthers(IActorRef Connection, ConnectionHandle Handle) : INoSerializationVerificationNeeded;

/// <summary>Closes every connection. Replies <see cref="AllClosed"/>.</summary>
internal sealed record CloseAll : INoSerializationVerificationNeeded
{
    public static CloseAll Instance { get; } = new();
}

/// <summary>Every connection is closed.</summary>
internal sealed record AllClosed : INoSerializationVerificationNeeded
{
    public static AllClosed Instance { get; } = new();
}
