using AkkaWs.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AkkaWs.Hosting;

/// <summary>What the checks of all connections have in common.</summary>
internal sealed class ConnectionHealthSettings
{
    public HealthStatus? FailureStatus { get; set; }

    public IReadOnlyList<string> Tags { get; set; } = [];

    public HealthCheckRegistration CheckOf(WebSocketClient client, bool isOpenedAtRunTime) =>
        new($"akka-ws:{client.Name}", _ => new ConnectionHealthCheck(client, isOpenedAtRunTime), FailureStatus, Tags);
}

/// <summary>One check for each connection that the host declares.</summary>
internal sealed class ConnectionHealthChecks(HostedConnections connections, IOptions<ConnectionHealthSettings> settings) : IConfigureOptions<HealthCheckServiceOptions>
{
    public void Configure(HealthCheckServiceOptions options)
    {
        foreach (var connection in connections.All)
            options.Registrations.Add(settings.Value.CheckOf(connection.Client, isOpenedAtRunTime: false));
    }
}

/// <summary>
/// The host's checks as the health service finds them whenever it looks: those that were registered, and one for each connection that the host's factory
/// has opened. A later connection takes the place of an ended one of its name, but for a declared one, whose check is that of its current life; names of checks know
/// no case.
/// </summary>
internal sealed class CurrentHealthChecks(
    IOptionsFactory<HealthCheckServiceOptions> registered, OpenedConnections opened, IOptions<ConnectionHealthSettings> settings) : IOptions<HealthCheckServiceOptions>
{
    private readonly Lazy<HealthCheckServiceOptions> _registered = new(() => registered.Create(Microsoft.Extensions.Options.Options.DefaultName));

    public HealthCheckServiceOptions Value => opened.Current is { Count: > 0 } clients ? With(clients) : _registered.Value;

    private HealthCheckServiceOptions With(IReadOnlyList<WebSocketClient> clients)
    {
        var checks = _registered.Value.Registrations.ToDictionary(check => check.Name, StringComparer.OrdinalIgnoreCase);
        var declared = checks.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var check in clients.Select(client => settings.Value.CheckOf(client, isOpenedAtRunTime: true)).Where(check => !declared.Contains(check.Name)))
            checks[check.Name] = check;
        var now = new HealthCheckServiceOptions();
        foreach (var check in checks.Values)
            now.Registrations.Add(check);
        return now;
    }
}
