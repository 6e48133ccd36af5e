using Akka.Actor;
using AkkaWs.Client;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaWs.Hosting;

/// <inheritdoc cref="IWebSocketClientFactory"/>
internal sealed class WebSocketClientFactory(HostedConnections connections, OpenedConnections opened, IServiceProvider services) : IWebSocketClientFactory
{
    public IReadOnlyList<string> Names => [.. connections.All.Select(connection => connection.Name)];

    public WebSocketClient Get(string name) => connections.Find(name).Client;

    public async Task<WebSocketClient> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        var connection = connections.Find(name);
        await connection.Handle.Opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        return connection.Client;
    }

    public async Task<WebSocketClient> OpenAsync(string name, Func<ClientUrlStage, WebSocketClientBuilder> configure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var system = services.GetRequiredService<ActorSystem>();
        connections.LogToHost(system);
        var open = configure(WebSocketClient.Builder(name)).Build(system, services);
        var client = await WebSocketClient.OpenAsync(system, open with { Hooks = open.Hooks ?? connections.HooksOf(name) }, cancellationToken).ConfigureAwait(false);
        opened.Add(client);
        return client;
    }
}
