using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Hosting.Configuration;
using Microsoft.Extensions.Configuration;

namespace AkkaWs.Hosting;

/// <summary>Connections of a host's actor system.</summary>
public static class AkkaWsConfigurationBuilderExtensions
{
    /// <summary>
    /// Opens a connection when the host starts. All connections open before the actors and start-up tasks that are declared behind the first of them,
    /// and none if options of any are out of range: then the start fails and names everything (<see cref="InvalidConnectionsException"/>).
    /// </summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="name">The connection's name: unique per actor system.</param>
    /// <param name="configure">Builds it: its URL, its protocol, then everything that has a default.</param>
    /// <param name="start">What the host's start does about it; null: what its section of the configuration says, if it has one, or the defaults.</param>
    /// <exception cref="ArgumentException">The name is declared already.</exception>
    public static AkkaConfigurationBuilder WithWebSocket(
        this AkkaConfigurationBuilder akka, string name, Func<ClientUrlStage, WebSocketClientBuilder> configure, WebSocketStartOptions? start = null)
    {
        ArgumentNullException.ThrowIfNull(akka);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = configure(WebSocketClient.Builder(name));
        var section = (builder.Source as SectionSource)?.Section;
        HostedConnections.Of(akka).Declare(new HostedConnection(builder, _ => start ?? section?.ReadStart() ?? new WebSocketStartOptions()));
        return akka;
    }

    /// <summary>As <c>WithWebSocket</c>, and registers the connection's actor under a key: <c>IRequiredActor&lt;TKey&gt;</c>, <c>ActorRegistry</c>.</summary>
    /// <typeparam name="TKey">The key; any type, one a connection.</typeparam>
    /// <inheritdoc cref="WithWebSocket(AkkaConfigurationBuilder, string, Func{ClientUrlStage, WebSocketClientBuilder}, WebSocketStartOptions?)"/>
    public static AkkaConfigurationBuilder WithWebSocket<TKey>(
        this AkkaConfigurationBuilder akka, string name, Func<ClientUrlStage, WebSocketClientBuilder> configure, WebSocketStartOptions? start = null) =>
        akka.WithWebSocket(name, configure, start).WithWebSocketKey<TKey>(name);

    /// <summary>
    /// Opens the connections of a section of the configuration: those in its <c>Connections</c>, by name, over its <c>ConnectionDefaults</c>, over what the
    /// actor system's HOCON says of the same. Keys are those of <c>hocon/reference.conf</c>, however they are written (<c>PingInterval</c>,
    /// <c>ping-interval</c>); beside them a connection has <c>Url</c>, <c>Protocol</c>, <c>WaitForReady</c> and <c>ReadyTimeout</c>. Its <c>Hosting</c>
    /// holds for all connections of the host (see <see cref="AkkaWsHostingOptions"/>). When the
    /// configuration changes, what can be changed on the open connection is, and the log tells what cannot.
    /// </summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="section">The section, by custom <c>AkkaWs</c>.</param>
    /// <param name="configure">
    /// Tells each connection's protocol, and what else is said in code. Null: the protocol is the service of type <c>ProtocolHandler</c> under the
    /// key in <c>Protocol</c>, or else the connection's name.
    /// </param>
    /// <exception cref="ArgumentException">A name is declared already.</exception>
    public static AkkaConfigurationBuilder WithWebSockets(
        this AkkaConfigurationBuilder akka, IConfiguration section, Func<ClientProtocolStage, WebSocketClientBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(akka);
        ArgumentNullException.ThrowIfNull(section);
        var connections = HostedConnections.Of(akka);
        foreach (var name in ConnectionSection.NamesIn(section))
        {
            var own = new ConnectionSection(name, ConnectionSection.DefaultsOf(section), ConnectionSection.ConnectionsOf(section).GetSection(name));
            var stage = WebSocketClient.Builder(name).From(new SectionSource(own));
            connections.Declare(new HostedConnection((configure ?? ClientStageExtensions.Protocol)(stage), _ => own.ReadStart()));
        }

        connections.Follow(section);
        return akka;
    }

    /// <summary>Registers the actor of a connection that is declared under a key: <c>IRequiredActor&lt;TKey&gt;</c>, <c>ActorRegistry</c>.</summary>
    /// <typeparam name="TKey">The key; any type, one a connection.</typeparam>
    /// <param name="akka">The actor system.</param>
    /// <param name="name">The connection's name.</param>
    /// <exception cref="ArgumentException">No such connection is declared so far; the message names those that are.</exception>
    public static AkkaConfigurationBuilder WithWebSocketKey<TKey>(this AkkaConfigurationBuilder akka, string name)
    {
        ArgumentNullException.ThrowIfNull(akka);
        HostedConnections.Of(akka).Find(name).Keys.Add(typeof(TKey));
        return akka;
    }
}
