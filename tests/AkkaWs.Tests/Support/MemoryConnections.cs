using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Management;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Transport;

namespace AkkaWs.Tests.Support;

/// <summary>Connections over a connector of the test's own, by their actor and their handle.</summary>
internal static class MemoryConnections
{
    public static async Task<(IActorRef Actor, ConnectionHandle Handle)> OpenAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, WireConnector connect, int seed = 1)
    {
        var open = new OpenConnection(options, handler, connect, new Random(seed));
        var opened = await AkkaWsExtension.For(system).Manager.Ask<ConnectionOpened>(open, TimeSpan.FromSeconds(30));
        return (opened.Connection, opened.Handle);
    }
}
