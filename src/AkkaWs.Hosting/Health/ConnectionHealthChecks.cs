using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AkkaWs.Hosting;

/// <summary>What the checks of all connections have in common.</summary>
internal sealed class ConnectionHealthSettings
{
    public HealthStatus? FailureStatus { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = [];
}

/// <summary>One check for each connection that the host declares.</summary>
internal sealed class ConnectionHealthChecks(HostedConnections connections, IOptions<ConnectionHealthSettings> settings) : IConfigureOptions<HealthCheckServiceOptions>
{
    public void Configure(HealthCheckServiceOptions options)
    {
        foreach (var connection in connections.All)
        {
            options.Registrations.Add(new HealthCheckRegistration(
                $"akka-ws:{connection.Name}", _ => new ConnectionHealthCheck(connection.Client), settings.Value.FailureStatus, settings.Value.Tags));
        }
    }
}
