using Akka.Event;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>What an operator finds in the log at Information, and at Debug. Virtual time.</summary>
public sealed class LoggingTests : VirtualTimeTest
{
    public LoggingTests()
        : base("akka.loglevel = DEBUG")
    {
    }

    [Fact]
    public async Task A_reconnect_storm_is_summarised_and_its_end_is_told()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("storm") with
        {
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1), Jitter = 0 },
        });
        var watcher = await WatchAsync(client);
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        for (var attempt = 1; attempt <= 150; attempt++)
        {
            await NextAsync<Reconnecting>(watcher, planned => planned.Attempt == attempt);
            await SettleAsync(client);
            Scheduler.Advance(TimeSpan.FromSeconds(1));
        }

        await NextAsync<Reconnecting>(watcher, planned => planned.Attempt == 151);
        await server.Server.AcceptConnectionsAsync(Ct);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);
        await SettleAsync(client);

        await AwaitAssertAsync(() => Assert.Contains(LogProbe.Of(logged, "storm"), line => line.Message.EventName == "Recovered"), Deadline);
        var lines = LogProbe.Of(logged, "storm");
        var shown = lines.Where(line => line.Level >= LogLevel.InfoLevel).ToList();
        Assert.True(shown.Count < 25, string.Join('\n', shown.Select(line => line.Message)));
        Assert.Equal(2, shown.Count(line => line.Message.EventName == "ReconnectSummary"));
        Assert.Single(shown, line => line.Message.EventName == "Recovered");
        Assert.True(lines.Count(line => line.Level == LogLevel.DebugLevel && line.Message.EventName == "StateChangedAgain") > 250);
    }

    [Fact]
    public async Task A_connection_that_closes_for_good_says_why_as_a_warning()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await OpenAsync(server.Options("for-good") with { Reconnect = new ReconnectOptions { MaxAttempts = 1 } });
        await NextAsync<ConnectionStateChanged>(client, changed => changed.To == ConnectionState.Ready);

        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();

        await AwaitAssertAsync(
            () => Assert.Single(LogProbe.Of(logged, "for-good"), line => line is { Level: LogLevel.WarningLevel, Message.EventName: "ClosedForGood" }), Deadline);
    }

    [Fact]
    public async Task Payloads_are_logged_at_debug_where_that_is_switched_on()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var quiet = await ConnectAsync(server.Options("payloads-off"));
        await using var open = await ConnectAsync(server.Options("payloads-on") with { Telemetry = new TelemetryOptions { LogPayloads = true } });
        foreach (var client in new[] { quiet, open })
        {
            await using var updates = await client.SubscribeAsync("a", Ct);
            await client.RequestRawAsync(Request("""{"qty":1,"token":"s3cr3t"}"""), Ct);
        }

        await AwaitAssertAsync(
            () => Assert.True(LogProbe.Of(logged, "payloads-on").Count(line => line.Message.EventName.StartsWith("Payload", StringComparison.Ordinal)) >= 4), Deadline);
        var shown = LogProbe.Of(logged, "payloads-on").Where(line => line.Message.EventName.StartsWith("Payload", StringComparison.Ordinal)).ToList();
        Assert.All(shown, line => Assert.Equal(LogLevel.DebugLevel, line.Level));
        Assert.Contains(shown, line => line.Message.ToString().Contains("\"qty\":1", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, line => line.Message.ToString().Contains("s3cr3t", StringComparison.Ordinal));
        Assert.DoesNotContain(LogProbe.Of(logged, "payloads-off"), line => line.Message.EventName.StartsWith("Payload", StringComparison.Ordinal));
    }
}
