using AkkaWs.Requests;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Requests;

/// <summary>Does to a write what the wire's writer does.</summary>
internal static class Probing
{
    public static bool Begins(RequestWrite write) => ((WireWrite)write).TryBegin();

    public static void Fail(RequestWrite write, bool begun) =>
        ((WireWrite)write).OnFailed(new WireResetException("reset", System.Net.Sockets.SocketError.ConnectionReset, null), begun);
}
