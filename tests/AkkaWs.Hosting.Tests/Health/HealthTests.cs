using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace AkkaWs.Hosting.Tests.Health;

public sealed class HealthTests : HostTest
{
    [Fact]
    public async Task A_connection_that_is_Ready_is_healthy_with_its_data()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);
        await using var subscription = await ClientOf(host, "feed").SubscribeAsync("topic", Ct);

        var entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal("Ready", entry.Data["state"]);
        Assert.Equal(1L, Convert.ToInt64(entry.Data["epoch"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(0, entry.Data["attempt"]);
        Assert.True(DateTimeOffset.TryParse((string)entry.Data["since"], out _));
        Assert.InRange((TimeSpan)entry.Data["last-message-age"], TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.False(entry.Data.ContainsKey("cause"));
        Assert.Contains("live", entry.Tags);
    }

    [Fact]
    public async Task A_connection_that_reconnects_is_degraded_with_attempt_and_cause()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", ws => Feed(ws).Reconnect(SlowRetry)), WithHealth);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await Server.Server.DropAllAsync();
        await UntilAsync(client, ConnectionState.Reconnecting);

        var entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal("Reconnecting", entry.Data["state"]);
        Assert.Equal(1, entry.Data["attempt"]);
        Assert.NotEmpty((string)entry.Data["cause"]);
        Assert.Contains("attempt 1", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_topic_degrades()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);

        await using var quiet = await client.SubscribeAsync("quiet", new SubscribeOptions { MaxAge = TimeSpan.FromMilliseconds(40) }, Ct);
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is TopicStale || (await client.GetStatusAsync(Ct)).StaleTopics > 0)
                break;
        }

        var entry = await CheckAsync(host);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(1, entry.Data["stale-topics"]);
        Assert.Contains("1 of 1 topic stale", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_the_server_does_not_confirm_degrades_and_is_named()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await using var topics = await client.SubscribeAsync(["good", "bad"], Ct);
        var unconfirmed = UnconfirmedAsync(client);

        await Server.Connection.SendTextAsync("A||ended|bad|too many connections", Ct);
        await unconfirmed;

        var entry = await CheckAsync(host);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(1, entry.Data["unconfirmed-topics"]);
        Assert.Contains("1 of 2 topics not confirmed: bad", entry.Description, StringComparison.Ordinal);
        Assert.Contains("too many connections", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_closed_is_unhealthy_with_the_cause()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await client.CloseAsync(Ct);

        var entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Equal("Closed", entry.Data["state"]);
        Assert.Equal(CloseReason.Requested.ToString(), entry.Data["cause"]);
    }

    [Fact]
    public async Task A_connection_that_is_not_open_yet_is_degraded()
    {
        var host = Build(akka => akka.WithWebSocket("feed", Feed), WithHealth);

        var entry = await CheckAsync(host);

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal("Disconnected", entry.Data["state"]);
    }

    [Fact]
    public async Task Each_connection_has_a_check_of_its_own_and_the_worst_is_the_hosts()
    {
        var host = await StartAsync(
            akka => akka.WithWebSocket("one", Feed).WithWebSocket("two", Feed),
            builder => builder.Services.AddHealthChecks().AddAkkaWs().AddAkkaWs(HealthStatus.Degraded));
        await ClientOf(host, "one").WaitUntilReadyAsync(Ct);
        await ClientOf(host, "two").CloseAsync(Ct);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);

        Assert.Equal(["akka-ws:one", "akka-ws:two"], report.Entries.Keys.Order());
        Assert.Equal(HealthStatus.Healthy, report.Entries["akka-ws:one"].Status);
        Assert.Equal(HealthStatus.Degraded, report.Entries["akka-ws:two"].Status);
        Assert.Equal(HealthStatus.Degraded, report.Status);
    }

    [Fact]
    public async Task After_the_host_has_stopped_its_connections_are_unhealthy()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);
        await host.StopAsync(Ct);

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
    }

    private async Task UnconfirmedAsync(WebSocketClient client)
    {
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is TopicUnconfirmed)
                return;
        }
    }

    private static void WithHealth(HostApplicationBuilder builder) => builder.Services.AddHealthChecks().AddAkkaWs(tags: ["live"]);

    private static Options.ReconnectOptions SlowRetry(Options.ReconnectOptions reconnect) =>
        reconnect with { InitialDelay = TimeSpan.FromSeconds(30), ImmediateFirstRetry = false };

    private async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct)).Entries["akka-ws:feed"];
}
