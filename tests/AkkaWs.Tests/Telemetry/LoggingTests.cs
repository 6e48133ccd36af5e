using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Telemetry;
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
        Assert.Equal(3, shown.Count(line => line.Message.EventName == "ReconnectSummary")); // after 10 s, and then each minute
        Assert.Single(shown, line => line.Message.EventName == "Recovered");
        Assert.True(lines.Count(line => line.Level == LogLevel.DebugLevel && line.Message.EventName == "StateChangedAgain") > 250);
    }

    [Fact]
    public async Task A_connection_that_closes_for_good_says_why_as_an_error()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await OpenAsync(server.Options("for-good") with { Reconnect = new ReconnectOptions { MaxAttempts = 1 } });
        await NextAsync<ConnectionStateChanged>(client, changed => changed.To == ConnectionState.Ready);

        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();

        await AwaitAssertAsync(
            () => Assert.Single(LogProbe.Of(logged, "for-good"), line => line is { Level: LogLevel.ErrorLevel, Message.EventName: "ClosedForGood" }), Deadline);
    }

    [Fact]
    public async Task Every_loss_and_every_return_is_logged_at_information_with_host_cause_downtime_and_topics()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("outages") with
        {
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1), Jitter = 0 },
        });
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], CreateTestProbe()));
        var watcher = await WatchAsync(client);

        for (var outage = 1; outage <= 6; outage++) // more than are logged attempt by attempt
        {
            server.Connection.Drop();
            await NextAsync<Reconnecting>(watcher);
            await SettleAsync(client);
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            await NextAsync<Reconnected>(watcher);
            await server.Server.WaitForConnectionAsync(outage + 1, cancellationToken: Ct);
            await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        }

        await AwaitAssertAsync(() => Assert.Equal(6, Shown("TopicsBack").Count), Deadline);
        Assert.Equal((6, 6), (Shown("Lost").Count, Shown("Recovered").Count));
        Assert.All(Shown("Lost"), line => Assert.Matches(@"^\[AkkaWs 1020\] Connection outages, epoch \d+, Ready: lost 127\.0\.0\.1 after 0 s: Reset by the peer", line));
        Assert.All(Shown("Recovered"), line => Assert.Matches(@"^\[AkkaWs 1004\] Connection outages, epoch \d+, Ready: ready again at 127\.0\.0\.1 after 1 s, attempt \d+$", line));
        Assert.All(Shown("TopicsBack"), line => Assert.Matches(@"^\[AkkaWs 1021\] Connection outages, epoch \d+, Ready: 2 of 2 topics back after 0 s$", line));

        List<string> Shown(string name) =>
            [.. LogProbe.Of(logged, "outages").Where(line => line.Level >= LogLevel.InfoLevel && line.Message.EventName == name).Select(line => line.Message.ToString())];
    }

    [Fact]
    public async Task An_outage_is_summarised_for_the_first_time_after_ten_seconds_at_the_latest_however_long_the_attempts_wait()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("long-waits") with
        {
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromMinutes(1), Factor = 8, Jitter = 0 },
        });
        var watcher = await WatchAsync(client);
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var planned = await NextAsync<Reconnecting>(watcher, planned => planned.Attempt == attempt);
            await SettleAsync(client);
            if (attempt < 4)
                Scheduler.Advance(planned.Delay);
        }

        Scheduler.Advance(TimeSpan.FromSeconds(10));

        await AwaitAssertAsync(
            () => Assert.Single(LogProbe.Of(logged, "long-waits"), line => line is { Level: LogLevel.WarningLevel, Message.EventName: "ReconnectSummary" }), Deadline);
    }

    [Fact]
    public async Task The_first_Ready_after_many_attempts_is_logged_at_information()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        await using var client = await OpenAsync(server.Options("late-start") with
        {
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1), Jitter = 0 },
        });
        var watcher = await WatchAsync(client);
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            await AwaitAssertAsync(async () => Assert.Equal((attempt, ConnectionState.Reconnecting), (await client.GetStatusAsync(Ct)) is var status ? (status.Attempt, status.State) : default), Deadline);
            if (attempt == 6)
                await server.Server.AcceptConnectionsAsync(Ct);
            Scheduler.Advance(TimeSpan.FromSeconds(1));
        }

        await NextAsync<Ready>(watcher);
        await AwaitAssertAsync(
            () => Assert.Single(LogProbe.Of(logged, "late-start"), line => line is { Level: LogLevel.InfoLevel, Message.EventName: "StateChanged" } && line.Message.ToString().EndsWith(" → Ready", StringComparison.Ordinal)), Deadline);
    }

    [Fact]
    public async Task What_looks_permanent_is_an_error_with_the_next_attempt_and_the_cause()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.NotFound);
        await using var client = await OpenAsync(server.Options("permanent") with { Reconnect = new ReconnectOptions { FailFast = FailFast.Off } });

        await AwaitAssertAsync(() => Assert.Single(Slow()), Deadline);
        var (level, message) = Slow()[0];
        Assert.Equal(LogLevel.ErrorLevel, level);
        Assert.Matches(@"^\[AkkaWs 1013\] Connection permanent, epoch 1, Reconnecting: looks permanent, the next attempt is at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ: .*404", message.ToString());

        List<(LogLevel Level, ConnectionLogMessage Message)> Slow() => [.. LogProbe.Of(logged, "permanent").Where(line => line.Message.EventId == 1013)];
    }

    [Fact]
    public async Task A_rejected_login_is_a_warning()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("rejected"), new LineProtocol { Authenticates = true });
        var watcher = await WatchAsync(client);
        server.LoginRejection = "key expired";
        server.Connection.Drop();
        var planned = await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(planned.Delay);

        await AwaitAssertAsync(
            () => Assert.Contains(LogProbe.Of(logged, "rejected"), line => line is { Level: LogLevel.WarningLevel, Message.EventName: "LoginRejected" }
                && line.Message.ToString().Contains("key expired", StringComparison.Ordinal)),
            Deadline);
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

    [Fact]
    public async Task A_login_that_is_sent_as_a_request_is_not_shown() =>
        Assert.All(await ShownAsync("hidden", message => message.Contains("opaque", StringComparison.Ordinal)), line => Assert.EndsWith("bytes: (not shown)", line, StringComparison.Ordinal));

    [Fact]
    public async Task A_handler_that_throws_in_IsSensitive_shows_nothing() =>
        Assert.All(await ShownAsync("throwing", _ => throw new FormatException("on purpose")), line => Assert.EndsWith("bytes: (not shown)", line, StringComparison.Ordinal));

    [Fact]
    public async Task A_sensitive_response_of_another_type_than_asked_for_is_quoted_by_no_error()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("mistyped"), new LineProtocol { Hidden = message => message.StartsWith("R|", StringComparison.Ordinal) });

        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => client.RequestAsync<string, int>("opaque", cancellationToken: Ct));

        Assert.Equal("(not shown)", error.Excerpt);
        Assert.DoesNotContain("opaque", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_handler_whose_words_cannot_be_read_costs_that_message_only()
    {
        await using var server = await LineServer.StartAsync();
        var fails = 0;
        await using var client = await ConnectAsync(server.Options("mute"), new LineProtocol
        {
            BeforeClassify = () =>
            {
                if (Interlocked.Exchange(ref fails, 0) == 1)
                    throw new MuteException();
            },
        });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));

        Volatile.Write(ref fails, 1);
        await server.Connection.SendTextAsync("U|a|lost", Ct);
        await server.Connection.SendTextAsync("U|a|kept", Ct);

        Assert.Equal("U|a|kept", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).Epoch.Value);
    }

    [Fact]
    public async Task A_response_that_is_sensitive_is_quoted_by_no_error()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("unread"), new LineProtocol { Hidden = message => message.StartsWith("R|", StringComparison.Ordinal) });
        server.AnswersRequests = false;
        var request = client.RequestRawAsync(Request("opaque"), Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("req|", StringComparison.Ordinal)), Deadline);
        var id = server.Received.Single(text => text.StartsWith("req|", StringComparison.Ordinal)).Split('|')[1];
        await server.Connection.SendTextAsync($"R|{id}|err", Ct);

        var error = await Assert.ThrowsAsync<ResponseFormatException>(() => request);

        Assert.Equal("(not shown)", error.Excerpt);
    }

    [Fact]
    public async Task Updates_are_logged_at_debug_where_payloads_are()
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        foreach (var (name, isOn) in new[] { ("updates-off", false), ("updates-on", true) })
        {
            await using var client = await ConnectAsync(server.Options(name) with { Telemetry = new TelemetryOptions { LogPayloads = isOn } });
            var subscriber = CreateTestProbe();
            await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
            await server.Connection.SendTextAsync("""U|a|{"price":7,"token":"s3cr3t"}""", Ct);
            await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
        }

        await AwaitAssertAsync(() => Assert.Contains(Updates("updates-on"), line => line.Contains("\"price\":7", StringComparison.Ordinal)), Deadline);
        Assert.DoesNotContain(Updates("updates-on"), line => line.Contains("s3cr3t", StringComparison.Ordinal));
        Assert.Empty(Updates("updates-off"));

        IReadOnlyList<string> Updates(string connection) => [.. LogProbe.Of(logged, connection).Where(line => line.Message.EventName == "PayloadReceived")
            .Where(line => line.Level == LogLevel.DebugLevel && "Update".Equals(line.Message.Fields[0].Value?.ToString(), StringComparison.Ordinal)).Select(line => line.Message.ToString())];
    }

    // What the log shows of a request and its response, whose handler says what is sensitive; nothing of them looks secret.
    private async Task<IReadOnlyList<string>> ShownAsync(string name, Func<string, bool> hidden)
    {
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options(name) with { Telemetry = new TelemetryOptions { LogPayloads = true } }, new LineProtocol { Hidden = hidden });
        await client.RequestRawAsync(Request("opaque"), Ct);
        string[] lines = [];
        await AwaitAssertAsync(() => Assert.NotEmpty(lines = [.. LogProbe.Of(logged, name).Select(line => line.Message).Where(message => message.EventName.StartsWith("Payload", StringComparison.Ordinal)).Select(message => message.ToString())]), Deadline);
        Assert.Contains(server.Received, text => text.Contains("opaque", StringComparison.Ordinal));
        return lines;
    }

    [Fact]
    public async Task The_figures_are_logged_in_their_interval_whatever_the_state_until_the_connection_is_closed()
    {
        var interval = TimeSpan.FromMinutes(5);
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("figures") with
        {
            Telemetry = new TelemetryOptions { MetricsInterval = interval },
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
        });
        var watcher = await WatchAsync(client);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], CreateTestProbe()));
        Scheduler.Advance(interval / 2);
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Assert.Empty(Figures());

        Scheduler.Advance(interval / 2);

        await AwaitAssertAsync(() => Assert.Single(Figures()), Deadline);
        Assert.Equal(LogLevel.InfoLevel, Figures()[0].Level);
        Assert.Contains("up 0 s, down 2 min 30 s of 5 min: 1 messages received", Figures()[0].Message.ToString(), StringComparison.Ordinal);
        await SettleAsync(client);
        Scheduler.Advance(interval);
        await AwaitAssertAsync(() => Assert.Equal(2, Figures().Count), Deadline);

        await client.CloseAsync(Ct);
        Scheduler.Advance(interval);
        await SettleAsync(client);
        Assert.Equal(2, Figures().Count);

        IReadOnlyList<(LogLevel Level, ConnectionLogMessage Message)> Figures() =>
            [.. LogProbe.Of(logged, "figures").Where(line => line.Message.EventName == "Figures")];
    }
}
