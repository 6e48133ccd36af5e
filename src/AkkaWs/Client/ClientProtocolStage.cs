using AkkaWs.Protocol;

namespace AkkaWs.Client;

/// <summary>The second stage of a connection's builder: what is spoken.</summary>
public sealed class ClientProtocolStage
{
    private readonly OptionsSource _source;

    internal ClientProtocolStage(string name, OptionsSource source) => (Name, _source) = (name, source);

    /// <summary>The connection's name.</summary>
    public string Name { get; }

    internal OptionsSource Source => _source;

    /// <summary>Speaks the protocol of <paramref name="handler"/>, which serves this one connection.</summary>
    public WebSocketClientBuilder Protocol(ProtocolHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Protocol(_ => handler);
    }

    /// <summary>Speaks the protocol of the handler that <paramref name="create"/> makes when the connection is opened.</summary>
    /// <param name="create">Gets the host's services; one without any where there is no host.</param>
    public WebSocketClientBuilder Protocol(Func<IServiceProvider, ProtocolHandler> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new WebSocketClientBuilder(Name, _source, create);
    }
}
