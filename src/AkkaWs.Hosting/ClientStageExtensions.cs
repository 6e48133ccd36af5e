using AkkaWs.Client;
using AkkaWs.Hosting.Configuration;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaWs.Hosting;

/// <summary>What a connection's builder takes from a host: its configuration and its services.</summary>
public static class ClientStageExtensions
{
    /// <summary>
    /// Leads where a section of the configuration says, with all its options, over what the actor system's HOCON says of the connection. Keys are those
    /// of <c>hocon/reference.conf</c>, and <c>Url</c>, <c>Protocol</c> (see <see cref="Protocol(ClientProtocolStage)"/>), <c>WaitForReady</c> and
    /// <c>ReadyTimeout</c>. In a host its changes reach the open connection.
    /// </summary>
    /// <param name="stage">The builder.</param>
    /// <param name="section">The connection's own section.</param>
    public static ClientProtocolStage Configuration(this ClientUrlStage stage, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(section);
        return stage.From(new SectionSource(new ConnectionSection(stage.Name, null, section)));
    }

    /// <summary>
    /// Speaks the protocol that the configuration names: the service of type <c>ProtocolHandler</c> under the key in <c>Protocol</c>, or else under the
    /// connection's name. Where the options come from elsewhere, the connection's name alone counts. A protocol that is given in code stands in for the key.
    /// </summary>
    /// <param name="stage">The builder.</param>
    public static WebSocketClientBuilder Protocol(this ClientProtocolStage stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var section = (stage.Source as SectionSource)?.Section ?? new ConnectionSection(stage.Name, null, new ConfigurationBuilder().Build());
        return stage.Protocol(section.FindHandler);
    }

    /// <summary>Speaks the protocol of a handler from the services; one that is no service is made, its constructor's arguments from the services.</summary>
    /// <typeparam name="THandler">The handler. As a service it must be transient: one instance serves one connection.</typeparam>
    /// <param name="stage">The builder.</param>
    public static WebSocketClientBuilder Protocol<THandler>(this ClientProtocolStage stage)
        where THandler : ProtocolHandler
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Protocol(ActivatorUtilities.GetServiceOrCreateInstance<THandler>);
    }

    /// <summary>Asks a provider from the services for URL and headers at each attempt; one that is no service is made.</summary>
    /// <typeparam name="TProvider">The provider.</typeparam>
    /// <param name="builder">The builder.</param>
    public static WebSocketClientBuilder Endpoint<TProvider>(this WebSocketClientBuilder builder)
        where TProvider : IEndpointProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Endpoint(services => ActivatorUtilities.GetServiceOrCreateInstance<TProvider>(services));
    }

    /// <summary>Has a provider from the services build the login message in the handler's place; one that is no service is made.</summary>
    /// <typeparam name="TProvider">The provider.</typeparam>
    /// <param name="builder">The builder.</param>
    public static WebSocketClientBuilder Login<TProvider>(this WebSocketClientBuilder builder)
        where TProvider : ILoginProvider
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Login(services => ActivatorUtilities.GetServiceOrCreateInstance<TProvider>(services));
    }

    /// <summary>Decides by a policy from the services when to connect again; one that is no service is made.</summary>
    /// <typeparam name="TPolicy">The policy.</typeparam>
    /// <param name="builder">The builder.</param>
    public static WebSocketClientBuilder ReconnectPolicy<TPolicy>(this WebSocketClientBuilder builder)
        where TPolicy : IReconnectPolicy
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ReconnectPolicy(services => ActivatorUtilities.GetServiceOrCreateInstance<TPolicy>(services));
    }
}
