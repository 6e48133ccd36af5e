using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AkkaWs.Hosting;

/// <summary>Health checks of a host's connections.</summary>
public static class AkkaWsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check for each connection that the host declares, named <c>akka-ws:NAME</c>, and for each that <see cref="IWebSocketClientFactory"/> opens:
    /// from its opening until its owner closes it. Healthy: Ready, reading, no topic stale. Degraded: it serves in
    /// part, or not at the moment, and works on it: not open yet, not Ready, a stale topic, reading that pauses for a slow subscriber. Unhealthy: it
    /// retries slowly, is closed for good, or its actor does not answer. Data: <c>state</c>, <c>since</c>, <c>epoch</c>, <c>attempt</c>, <c>last-message-age</c>, <c>cause</c>,
    /// <c>stale-topics</c>, <c>stalled</c>, <c>missed-pongs</c>, <c>reconnects</c>. Also does what <c>AddAkkaWs</c> does for the services.
    /// </summary>
    /// <param name="builder">The checks.</param>
    /// <param name="failureStatus">What a closed connection is reported as; null: Unhealthy.</param>
    /// <param name="tags">Tags of the checks.</param>
    public static IHealthChecksBuilder AddAkkaWs(this IHealthChecksBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddAkkaWs();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HealthCheckServiceOptions>, ConnectionHealthChecks>());
        builder.Services.TryAddSingleton<IOptions<HealthCheckServiceOptions>, CurrentHealthChecks>();
        builder.Services.Configure<ConnectionHealthSettings>(settings =>
        {
            settings.FailureStatus = failureStatus;
            settings.Tags = [.. tags ?? []];
        });
        return builder;
    }
}
