using AkkaWs.Primitives;

namespace AkkaWs.Transport;

/// <summary>Knows the requests in flight: a read loop hands their responses over without a detour.</summary>
internal interface IResponseTaker
{
    /// <summary>
    /// Gives a response to its request, if that was written to this physical connection and has no outcome yet. False: the connection's actor is to
    /// see it.
    /// </summary>
    bool TryTake(RequestId id, ReadOnlyMemory<byte> payload, Epoch epoch);
}
