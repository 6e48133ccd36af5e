using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Hosting.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AkkaWs.Hosting;

/// <summary>AkkaWs among a host's services.</summary>
public static class AkkaWsServiceCollectionExtensions
{
    /// <summary>
    /// Makes the connections of <c>AddAkka</c> known to the services: a <see cref="WebSocketClient"/>, or <see cref="IWebSocketClient"/>, by its
    /// connection's name (<c>[FromKeyedServices("bybit")]</c>) or typed key, <see cref="IWebSocketClientFactory"/>; and the services to the connections: handlers and
    /// providers. Before or after <c>AddAkka</c>, once or more often.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">What holds for all connections, unless the configuration says otherwise; null: the defaults, or those of another call.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <example><code>
    /// builder.Services.AddAkkaWs();
    /// builder.Services.AddAkka("trading", akka => akka.WithWebSocket("bybit", ws => ws.Url("wss://stream.bybit.com/v5/public/linear").Protocol&lt;BybitProtocol&gt;()));
    /// </code></example>
    public static IServiceCollection AddAkkaWs(this IServiceCollection services, AkkaWsHostingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (options is not null && HostingSection.Check(options).FirstOrDefault() is { } error)
            throw new ArgumentOutOfRangeException(nameof(options), error.Value, $"{error}");
        if (options is not null)
            services.AddSingleton(options);
        services.TryAddSingleton(ConnectionsOf);
        services.TryAddSingleton<OpenedConnections>();
        services.TryAddSingleton<IWebSocketClientFactory, WebSocketClientFactory>();
        services.TryAddKeyedSingleton<WebSocketClient>(KeyedService.AnyKey, (provider, key) => provider.GetRequiredService<HostedConnections>().Find(key!).Client);
        services.TryAddKeyedSingleton<IWebSocketClient>(KeyedService.AnyKey, (provider, key) => provider.GetRequiredKeyedService<WebSocketClient>(key));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HostedConnectionsService>());
        return services;
    }

    private static HostedConnections ConnectionsOf(IServiceProvider provider)
    {
        var akka = provider.GetService<AkkaConfigurationBuilder>()
            ?? throw new InvalidOperationException("AddAkkaWs finds no actor system: call services.AddAkka(\"name\", akka => akka.WithWebSocket(…)) too.");
        var connections = HostedConnections.Of(akka);
        connections.Attach(provider);
        return connections;
    }
}
