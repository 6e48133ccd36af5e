namespace AkkaWs.Testing;

/// <summary>A server was to listen on a port of 127.0.0.1 that another program listens on. Choose another port, or 0 for a free one.</summary>
public sealed class PortInUseException : IOException
{
    internal PortInUseException(int port, Exception innerException)
        : base($"Another program listens on port {port} of 127.0.0.1; port 0 takes a free one.", innerException) => Port = port;

    /// <summary>The port.</summary>
    public int Port { get; }
}
