using System.Net;
using System.Net.Sockets;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>A port that refuses connections for as long as it is held: bound, so that nobody else gets it, and not listening.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
