using Akka.Configuration;
using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>
/// The first stage of a connection's builder: where it leads. The protocol comes next (<see cref="ClientProtocolStage"/>), then everything that has a
/// default (<see cref="WebSocketClientBuilder"/>): one without URL or protocol does not compile.
/// </summary>
public sealed class ClientUrlStage
{
    internal ClientUrlStage(string name) => Name = name;

    /// <summary>The connection's name.</summary>
    public string Name { get; }

    /// <summary>Leads to a URL, with the default options.</summary>
    /// <param name="url"><c>ws</c> or <c>wss</c>; what is wrong with it is told when the connection is opened, with everything else that is wrong.</param>
    public ClientProtocolStage Url(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Url(Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out var parsed) ? parsed : new Uri(Uri.EscapeDataString(Redactor.Url(url)), UriKind.Relative));
    }

    /// <inheritdoc cref="Url(string)"/>
    public ClientProtocolStage Url(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Options(new WebSocketClientOptions { Name = Name, Url = url });
    }

    /// <summary>Leads where <paramref name="options"/> say, with all of them, under this builder's name.</summary>
    public ClientProtocolStage Options(WebSocketClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return From(new OptionsSource(_ => options));
    }

    /// <summary>Leads where <c>akka-ws.connections.NAME</c> of the actor system's configuration says, with all its options.</summary>
    public ClientProtocolStage Hocon() => From(new OptionsSource(system => HoconOptionsReader.Read(system.Settings.Config, Name)));

    /// <summary>Leads where <c>akka-ws.connections.NAME</c> of <paramref name="config"/> says, with all its options.</summary>
    public ClientProtocolStage Hocon(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return From(new OptionsSource(_ => HoconOptionsReader.Read(config, Name)));
    }

    internal ClientProtocolStage From(OptionsSource source) => new(Name, source);
}
