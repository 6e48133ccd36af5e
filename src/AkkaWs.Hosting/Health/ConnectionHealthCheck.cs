using System.Globalization;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AkkaWs.Hosting;

/// <summary>How one connection serves. The end of one that was opened at run time is its owner's to decide, and no failure then.</summary>
internal sealed class ConnectionHealthCheck(WebSocketClient client, bool isOpenedAtRunTime) : IHealthCheck
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var result = await LookAsync(context, cancellationToken).ConfigureAwait(false);
        return isOpenedAtRunTime && OpenedConnections.IsClosedByOwner(client) ? HealthCheckResult.Healthy("closed by its owner just now", Bare()) : result;
    }

    private async Task<HealthCheckResult> LookAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        if (client.State == ConnectionState.Disconnected)
            return HealthCheckResult.Degraded("not open yet", data: new Dictionary<string, object> { ["state"] = nameof(ConnectionState.Disconnected) });
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerTime);
        try
        {
            return Judge(await client.GetStatusAsync(deadline.Token).ConfigureAwait(false), context.Registration.FailureStatus);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"its actor did not answer within {Readable.Duration(AnswerTime)}", data: Bare());
        }
        catch (ConnectionClosedException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, $"closed: {e.Reason}", data: Bare());
        }
    }

    private static HealthCheckResult Judge(ConnectionStatus status, HealthStatus failureStatus)
    {
        var data = new Dictionary<string, object>
        {
            ["state"] = status.State.ToString(),
            ["since"] = status.Since.ToString("O", CultureInfo.InvariantCulture),
            ["epoch"] = status.Epoch.Value,
            ["attempt"] = status.Attempt,
            ["stale-topics"] = status.StaleTopics,
            ["unconfirmed-topics"] = status.UnconfirmedTopics,
            ["full-mailboxes"] = status.FullMailboxes,
            ["stalled"] = status.IsStalled,
            ["missed-pongs"] = status.MissedPongs,
            ["reconnects"] = status.Reconnects,
        };
        if (status.LastMessageAge is { } age)
            data["last-message-age"] = age;
        if (status.LastReason is { } cause)
            data["cause"] = cause.ToString();
        return status.Health switch
        {
            ConnectionHealth.Healthy => HealthCheckResult.Healthy($"Ready since {Time(status.Since)}", data),
            ConnectionHealth.Degraded => HealthCheckResult.Degraded(WhyDegraded(status), data: data),
            _ => new HealthCheckResult(failureStatus, $"{(status.IsRetryingSlowly ? "retrying slowly" : "closed")}: {status.LastReason}", data: data),
        };
    }

    private static string WhyDegraded(ConnectionStatus status) => status switch
    {
        { State: not ConnectionState.Ready, LastReason: { } reason } => $"{status.State}, attempt {status.Attempt}: {reason}",
        { State: not ConnectionState.Ready } => $"{status.State} since {Time(status.Since)}",
        { IsStalled: true } => "reading pauses for a slow subscriber",
        { UnconfirmedTopics: > 0 } => $"{status.UnconfirmedTopics} of {Readable.Count(status.DesiredTopics, "topic")} not confirmed: {status.Unconfirmed[0]}",
        _ => string.Join("; ", Degrading(status)),
    };

    private static IEnumerable<string> Degrading(ConnectionStatus status)
    {
        if (status.StaleTopics > 0)
            yield return $"{status.StaleTopics} of {Readable.Count(status.DesiredTopics, "topic")} stale";
        if (status.FullMailboxes > 0)
            yield return $"{Readable.Count(status.FullMailboxes, "subscriber")} with 100,000 messages unread";
    }

    private static string Time(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");

    private Dictionary<string, object> Bare() => new() { ["state"] = client.State.ToString(), ["epoch"] = client.Epoch.Value };
}
