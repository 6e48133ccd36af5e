using System.Net;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace AkkaWs.Hosting.Tests.Health;

/// <summary>The health of connections that the host's factory opens while it runs.</summary>
public sealed class OpenedHealthTests : HostTest
{
    [Fact]
    public async Task A_connection_has_a_check_from_its_opening_until_its_owner_closes_it()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);
        Assert.Equal(["akka-ws:feed"], (await CheckAsync(host)).Keys);

        await using (var client = await OpenAsync(host, "later"))
        {
            await client.WaitUntilReadyAsync(Ct);
            var entries = await CheckAsync(host);

            Assert.Equal(["akka-ws:feed", "akka-ws:later"], entries.Keys.Order());
            Assert.Equal(HealthStatus.Healthy, entries["akka-ws:later"].Status);
            Assert.Equal(("Ready", 1L), (entries["akka-ws:later"].Data["state"], entries["akka-ws:later"].Data["epoch"]));
            Assert.Contains("live", entries["akka-ws:later"].Tags);
        }

        Assert.Equal(["akka-ws:feed"], (await CheckAsync(host)).Keys);
    }

    [Fact]
    public async Task A_connection_that_its_owner_closes_and_opens_again_has_a_check_again()
    {
        var host = await StartAsync(_ => { }, WithHealth);
        await using var client = await OpenAsync(host, "later");
        await client.CloseAsync(Ct);
        Assert.Empty(await CheckAsync(host));

        await client.ReopenAsync(Ct);

        Assert.Equal(["akka-ws:later"], (await CheckAsync(host)).Keys);
    }

    [Fact]
    public async Task A_connection_that_reconnects_is_degraded_with_its_data_and_the_report_with_it()
    {
        var host = await StartAsync(_ => { }, WithHealth);
        await using var client = await OpenAsync(host, "later", reconnect => reconnect with { InitialDelay = TimeSpan.FromSeconds(30), ImmediateFirstRetry = false });
        await client.WaitUntilReadyAsync(Ct);
        await Server.Server.DropAllAsync();
        await UntilAsync(client, ConnectionState.Reconnecting);

        var report = await ReportAsync(host);

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Equal(("Reconnecting", 1), (report.Entries["akka-ws:later"].Data["state"], report.Entries["akka-ws:later"].Data["attempt"]));
    }

    [Fact]
    public async Task A_connection_that_ended_by_itself_is_unhealthy_with_the_cause_until_its_owner_lets_go_of_it()
    {
        Server.Server.RefuseConnections(HttpStatusCode.Forbidden);
        var host = await StartAsync(_ => { }, WithHealth);
        var client = await OpenAsync(host, "later");
        await UntilAsync(client, ConnectionState.Closed);

        var entry = (await CheckAsync(host))["akka-ws:later"];
        Assert.Equal((HealthStatus.Unhealthy, "Closed"), (entry.Status, entry.Data["state"]));
        Assert.Contains("refused the upgrade", (string)entry.Data["cause"], StringComparison.Ordinal);
        await client.DisposeAsync();

        Assert.Empty(await CheckAsync(host));
    }

    [Fact]
    public async Task A_name_that_is_opened_again_has_the_health_of_its_last_connection()
    {
        Server.Server.RefuseConnections(HttpStatusCode.Forbidden, times: 1);
        var host = await StartAsync(akka => akka.WithWebSocket("feed", ws => Feed(ws).Reconnect(reconnect => reconnect with { FailFast = Options.FailFast.On })), WithHealth);
        await UntilAsync(ClientOf(host, "feed"), ConnectionState.Closed);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host))["akka-ws:feed"].Status);

        var again = await OpenAsync(host, "feed");
        await again.WaitUntilReadyAsync(Ct);

        Assert.Equal(HealthStatus.Healthy, Assert.Single(await CheckAsync(host)).Value.Status);
        Assert.Equal(ConnectionState.Ready, ClientOf(host, "feed").State);
        await again.DisposeAsync();
        Assert.Equal(HealthStatus.Unhealthy, Assert.Single(await CheckAsync(host)).Value.Status);
    }

    [Fact]
    public async Task A_command_to_the_actor_closes_it_as_its_owner_does()
    {
        var host = await StartAsync(_ => { }, WithHealth);
        var client = await OpenAsync(host, "later");
        await client.WaitUntilReadyAsync(Ct);

        client.Connection.Tell(Close.Instance, Akka.Actor.ActorRefs.NoSender);
        await UntilAsync(client, ConnectionState.Closed);

        Assert.Empty(await CheckAsync(host));
    }

    [Fact]
    public async Task Checks_are_found_by_their_tags_and_status_of_failure_as_those_that_are_declared()
    {
        Server.Server.RefuseConnections(HttpStatusCode.Forbidden);
        var host = await StartAsync(_ => { }, builder => builder.Services.AddHealthChecks().AddAkkaWs(HealthStatus.Degraded, ["feeds"]).AddCheck("other", () => HealthCheckResult.Healthy()));
        await using var client = await OpenAsync(host, "later");
        await UntilAsync(client, ConnectionState.Closed);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("feeds"), Ct);

        Assert.Equal(HealthStatus.Degraded, Assert.Single(report.Entries).Value.Status);
        Assert.Equal(["akka-ws:later", "other"], (await CheckAsync(host)).Keys.Order());
    }

    [Fact]
    public async Task Looking_while_connections_open_and_close_finds_each_of_them_whole()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), WithHealth);
        var churn = Task.WhenAll(Enumerable.Range(0, 4).Select(async lane =>
        {
            for (var i = 0; i < 10; i++)
            {
                await using var client = await OpenAsync(host, $"{lane}-{i}");
                await client.WaitUntilReadyAsync(Ct);
            }
        }));

        do
        {
            var entries = await CheckAsync(host);
            Assert.Contains("akka-ws:feed", entries.Keys);
            Assert.All(entries, entry => Assert.NotEqual(HealthStatus.Unhealthy, entry.Value.Status));
        }
        while (!churn.IsCompleted);
        await churn;

        Assert.Equal(["akka-ws:feed"], (await CheckAsync(host)).Keys);
    }

    [Fact]
    public async Task A_publisher_of_health_reports_is_given_them_too()
    {
        var publisher = new Publisher("akka-ws:later");
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", Feed),
            builder =>
            {
                WithHealth(builder);
                builder.Services.Configure<HealthCheckPublisherOptions>(publishing => (publishing.Delay, publishing.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
                builder.Services.AddSingleton<IHealthCheckPublisher>(publisher);
            });
        await using var client = await OpenAsync(host, "later");

        var report = await publisher.Published.WaitAsync(Ct);

        Assert.Equal(["akka-ws:feed", "akka-ws:later"], report.Entries.Keys.Order());
    }

    [Fact]
    public async Task Of_those_that_ended_by_themselves_the_last_are_remembered()
    {
        var opened = new OpenedConnections();
        for (var i = 0; i < OpenedConnections.MaxEnded + 10; i++)
        {
            var client = new WebSocketClient(new AkkaWs.Connection.ConnectionHandle($"{i}"));
            client.Handle.Abandon(new CloseReason(ErrorClass.Refused, "nobody there"));
            opened.Add(client);
        }

        Assert.Equal(OpenedConnections.MaxEnded + 1, opened.Current.Count);
        Assert.Equal($"{OpenedConnections.MaxEnded + 9}", opened.Current[^1].Name);
        await opened.Current[^1].DisposeAsync();
        Assert.Equal(OpenedConnections.MaxEnded, opened.Current.Count);
    }

    private static void WithHealth(HostApplicationBuilder builder) => builder.Services.AddHealthChecks().AddAkkaWs(tags: ["live"]);

    private Task<WebSocketClient> OpenAsync(IHost host, string name, Func<Options.ReconnectOptions, Options.ReconnectOptions>? reconnect = null) =>
        host.Services.GetRequiredService<IWebSocketClientFactory>().OpenAsync(name, ws => Feed(ws).Reconnect(reconnect ?? (same => same)), Ct);

    private Task<HealthReport> ReportAsync(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);

    private async Task<IReadOnlyDictionary<string, HealthReportEntry>> CheckAsync(IHost host) => (await ReportAsync(host)).Entries;

    private sealed class Publisher(string check) : IHealthCheckPublisher
    {
        private readonly TaskCompletionSource<HealthReport> _published = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<HealthReport> Published => _published.Task;

        public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
        {
            if (report.Entries.ContainsKey(check))
                _published.TrySetResult(report);
            return Task.CompletedTask;
        }
    }
}
