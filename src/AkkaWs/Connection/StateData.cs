using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

/// <summary>Valid while connecting.</summary>
internal sealed record ConnectingData(IActorRef Transport);

/// <summary>Valid from the upgrade to the end of the socket.</summary>
internal sealed record OpenData(IActorRef Transport, WireConnection Wire);

/// <summary>Valid while waiting for the next attempt.</summary>
internal sealed record ReconnectingData(CloseReason Reason);

/// <summary>Valid while closing.</summary>
internal sealed record ClosingData(IActorRef Transport, CloseReason Reason);

/// <summary>Valid for ever.</summary>
internal sealed record ClosedData(CloseReason Reason);
