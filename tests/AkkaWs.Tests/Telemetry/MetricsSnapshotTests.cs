using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>The same figures in one record, and the event of a broken latency budget. Virtual time.</summary>
public sealed class MetricsSnapshotTests : VirtualTimeTest
{
    [Fact]
    public async Task One_question_tells_how_a_connection_does()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Quiet(server, "snapshot"));
        await SubscribeAsync(client);
        await SendAsync(server, "U|a|1", "U|a|2", "??");
        // A message is counted before its updates are handed over and measured, and a write once it is through.
        await AwaitAssertAsync(
            async () =>
            {
                var seen = await client.GetMetricsAsync(Ct);
                Assert.Equal((4L, 2L, 1L), (seen.MessagesReceived, seen.Latency?.Updates ?? 0, seen.MessagesSent));
            },
            Deadline);
        Scheduler.Advance(TimeSpan.FromSeconds(7));

        var figures = await client.GetMetricsAsync(Ct);

        Assert.Equal(("snapshot", ConnectionState.Ready, 1L), (figures.Connection, figures.State, figures.Epoch.Value));
        Assert.Equal(TimeSpan.FromSeconds(7), figures.Uptime);
        Assert.Equal(TimeSpan.FromSeconds(7), figures.Age);
        Assert.Equal(TimeSpan.Zero, figures.Downtime);
        Assert.NotNull(figures.LastMessageAt);
        Assert.True(figures.MessagesPerSecond > 0);
        Assert.Equal((2L, 1L, 1L), (figures.UpdatesDelivered, figures.UnreadableMessages, figures.MessagesSent));
        Assert.True(figures is { BytesReceived: > 20, BytesSent: > 10 });
        Assert.Equal((0L, 0L, 0L), (figures.Errors, figures.Reconnects, figures.ReconnectAttempts));
        var latency = figures.Latency!;
        Assert.Equal(2, latency.Updates);
        Assert.InRange(latency.P50, TimeSpan.FromTicks(1), latency.P95);
        Assert.InRange(latency.P99, latency.P95, latency.Max);
        Assert.InRange(latency.Average, TimeSpan.Zero, latency.Max);
        Assert.InRange(latency.UnderOneMillisecond, 0, 1);
        Assert.Equal(0, latency.BudgetViolations);
    }

    [Fact]
    public async Task A_closed_connection_tells_of_its_last_message_still()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Quiet(server, "closed"));
        await SubscribeAsync(client);
        await SendAsync(server, "U|a|1", "U|a|2");
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetMetricsAsync(Ct)).UpdatesDelivered), Deadline);

        await client.CloseAsync(Ct);

        var status = await client.GetStatusAsync(Ct);
        var figures = await client.GetMetricsAsync(Ct);
        Assert.Equal((ConnectionState.Closed, 3L), (status.State, status.MessagesReceived)); // the confirmation included
        Assert.Equal((ConnectionState.Closed, 3L, 2L), (figures.State, figures.MessagesReceived, figures.UpdatesDelivered));
    }

    [Fact]
    public async Task Losses_errors_and_downtime_are_told_by_class()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Quiet(server, "snapshot-loss"));
        var watcher = await WatchAsync(client);
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable, times: 1);
        await server.Connection.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, "", Ct);
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(3));
        await NextAsync<Reconnecting>(watcher, again => again.Attempt == 2);

        var down = await client.GetMetricsAsync(Ct);

        Assert.Equal(TimeSpan.FromSeconds(3), down.Downtime);
        Assert.Equal(TimeSpan.Zero, down.Uptime);

        Scheduler.Advance(TimeSpan.FromSeconds(2));
        await NextAsync<Reconnected>(watcher);
        var up = await client.GetMetricsAsync(Ct);

        Assert.Equal(TimeSpan.FromSeconds(5), up.Downtime);
        Assert.Equal((2L, 1L, 2L), (up.Errors, up.Reconnects, up.ReconnectAttempts));
        Assert.Equal(1, up.ErrorsByClass[ErrorClass.PolicyViolation]);
        Assert.Equal(1, up.ErrorsByClass[ErrorClass.ServerUnavailable]);
        Assert.Equal(2, up.ErrorsByClass.Count);
    }

    [Fact]
    public async Task A_broken_latency_budget_is_told_once_in_the_interval()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Quiet(server, "budget") with
        {
            Telemetry = new TelemetryOptions { LatencyBudget = TimeSpan.FromTicks(1), ReportInterval = TimeSpan.FromSeconds(30) },
        });
        await SubscribeAsync(client);
        var published = CreateTestProbe();
        Sys.EventStream.Subscribe(published, typeof(LatencyBudgetExceeded));
        var watcher = await WatchAsync(client);

        await SendAsync(server, "U|a|1");
        var first = await NextAsync<LatencyBudgetExceeded>(watcher);
        await SendAsync(server, "U|a|2", "U|a|3");
        await AwaitAssertAsync(async () => Assert.Equal(3, (await client.GetMetricsAsync(Ct)).Latency?.BudgetViolations), Deadline);
        await SettleAsync(client);

        Assert.Equal(("budget", TimeSpan.FromTicks(1), 1L), (first.Connection, first.Budget, first.Violations));
        Assert.True(first.Worst > first.Budget);
        Assert.False(watcher.HasMessages);
        await published.ExpectMsgAsync(first, Deadline);

        Scheduler.Advance(TimeSpan.FromSeconds(30));
        await SettleAsync(client);
        await SendAsync(server, "U|a|4");
        Assert.Equal(4, (await NextAsync<LatencyBudgetExceeded>(watcher)).Violations);
    }

    [Fact]
    public async Task Without_a_budget_nothing_is_told()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Quiet(server, "no-budget"));
        await SubscribeAsync(client);
        var watcher = await WatchAsync(client);

        await SendAsync(server, "U|a|1");
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetMetricsAsync(Ct)).Latency?.Updates), Deadline);
        await SettleAsync(client);

        Assert.False(watcher.HasMessages);
    }

    [Fact]
    public async Task A_closed_connection_still_tells_its_figures()
    {
        await using var server = await LineServer.StartAsync();
        var client = await ConnectAsync(Quiet(server, "snapshot-closed"));
        await SubscribeAsync(client);
        await SendAsync(server, "U|a|1");
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetMetricsAsync(Ct)).UpdatesDelivered), Deadline);
        await client.CloseAsync(Ct);

        var figures = await client.GetMetricsAsync(Ct);

        Assert.Equal((ConnectionState.Closed, 1L, TimeSpan.Zero), (figures.State, figures.UpdatesDelivered, figures.Uptime));
    }

    private static WebSocketClientOptions Quiet(LineServer server, string name) =>
        server.Options(name) with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromHours(20) } };

    private async Task SubscribeAsync(WebSocketClient client)
    {
        var (subscriber, _) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
    }

    private async Task SendAsync(LineServer server, params string[] texts)
    {
        foreach (var text in texts)
            await server.Connection.SendTextAsync(text, Ct);
    }
}
