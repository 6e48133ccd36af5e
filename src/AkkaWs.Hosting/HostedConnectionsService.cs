using Microsoft.Extensions.Hosting;

namespace AkkaWs.Hosting;

/// <summary>
/// Is made before any service of the host starts, and so brings services and connections together in time; they open and close with the actor
/// system. Its end ends what was never opened.
/// </summary>
internal sealed class HostedConnectionsService(HostedConnections connections) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        connections.Stop();
        return Task.CompletedTask;
    }
}
