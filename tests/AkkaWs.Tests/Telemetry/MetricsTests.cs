using System.Diagnostics;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>What the meter <c>AkkaWs</c> shows of a connection, read as an exporter reads it.</summary>
public sealed class MetricsTests : ConnectionTest
{
    [Fact]
    public async Task Traffic_is_measured_with_the_name_of_its_connection_and_the_kind_of_its_topic()
    {
        using var meter = new MeterProbe("metrics-traffic");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("metrics-traffic"));
        await SubscribeAsync(client, "tickers.BTC", "orderbook.50.BTC");

        await SendAsync(server, "U|tickers.BTC|1", "U|tickers.BTC|2", "U|orderbook.50.BTC|1");
        await client.RequestRawAsync(Request("hello"), Ct);

        await ShowsAsync(meter, "akkaws.updates.delivered", 2, "topic.kind", "tickers");
        await ShowsAsync(meter, "akkaws.updates.delivered", 1, "topic.kind", "orderbook");
        await ShowsAsync(meter, "akkaws.messages", 5, "direction", "receive"); // an acknowledgement, three updates, a response
        await ShowsAsync(meter, "akkaws.messages", 2, "direction", "transmit");
        Assert.True(meter.Now("akkaws.io", "direction", "receive") > 40);
        Assert.True(meter.Now("akkaws.io", "direction", "transmit") > 40);
        Assert.All(meter.Collect(), measured => Assert.Equal(Sys.Name, measured.Tags["system"]));
        await AwaitAssertAsync(
            () =>
            {
                Assert.All(meter.Recorded("akkaws.message.process.duration"), measured => Assert.InRange(measured.Value, 0, 60));
                Assert.Contains(meter.Recorded("akkaws.delivery.duration"), measured => measured.Value > 0);
                Assert.Single(meter.Recorded("akkaws.request.duration"), measured => measured.Tags["outcome"] == "response");
                Assert.NotEmpty(meter.Recorded("akkaws.handler.duration"));
            },
            Deadline);
    }

    [Fact]
    public async Task What_the_handler_takes_on_the_read_loop_is_measured_before_anything_is_handed_over()
    {
        using var meter = new MeterProbe("metrics-classify");
        await using var server = await LineServer.StartAsync();
        var isSlow = false; // on the read loop's thread, as the meter's callback
        await using var client = await ConnectAsync(server.Options("metrics-classify"), new LineProtocol { Sequence = TakeTime });
        var (subscriber, received) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var measured = new TaskCompletionSource<(double Value, bool IsHandedOver)>();
        meter.OnRecorded = recorded =>
        {
            if (isSlow && recorded.Instrument == "akkaws.message.classify.duration")
                measured.TrySetResult((recorded.Value, SpinWait.SpinUntil(() => received.OfType<TopicUpdate>().Count() == 2, TimeSpan.FromMilliseconds(100))));
        };

        await SendAsync(server, "U|a|quick");
        await AwaitAssertAsync(() => Assert.NotEmpty(received), Deadline);
        await SendAsync(server, "U|a|slow");

        var (value, isHandedOver) = await measured.Task.WaitAsync(Ct);
        Assert.InRange(value, 0.02, 60);
        Assert.False(isHandedOver);
        await AwaitAssertAsync(() => Assert.Contains(meter.Recorded("akkaws.message.process.duration"), recorded => recorded.Value >= value + 0.05), Deadline);

        long? TakeTime(string update)
        {
            isSlow = update.EndsWith("slow", StringComparison.Ordinal);
            var begunAt = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => !isSlow || Stopwatch.GetElapsedTime(begunAt).TotalMilliseconds >= 20);
            return null;
        }
    }

    [Fact]
    public async Task The_state_the_topics_and_what_waits_are_gauges()
    {
        using var meter = new MeterProbe("metrics-gauges");
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("metrics-gauges"));
        await SubscribeAsync(client, "a", "b");
        var pending = client.RequestRawAsync(Request("unanswered"), Ct);

        await ShowsAsync(meter, "akkaws.requests.pending", 1);
        await ShowsAsync(meter, "akkaws.topics", 2, "status", "desired");
        await ShowsAsync(meter, "akkaws.topics", 2, "status", "confirmed");
        await ShowsAsync(meter, "akkaws.connection.state", 1, "state", "ready");
        await ShowsAsync(meter, "akkaws.connection.state", 0, "state", "reconnecting");
        await ShowsAsync(meter, "akkaws.connection.epoch", 1);
        await ShowsAsync(meter, "akkaws.connection.attempt", 0);
        await ShowsAsync(meter, "akkaws.connection.stalled", 0);
        await ShowsAsync(meter, "akkaws.queue.length", 0);
        await ShowsAsync(meter, "akkaws.credits.used", 1); // the read that waits for the next message
        Assert.Equal(["commands", "throttled", "writes"], meter.Collect().Where(m => m.Instrument == "akkaws.queue.length").Select(m => m.Tags["queue"]));
        Assert.InRange(meter.Now("akkaws.message.silence"), 0, 120);
        await client.CloseAsync(Ct);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => pending);
    }

    [Fact]
    public async Task Reconnects_are_counted_by_their_cause()
    {
        using var meter = new MeterProbe("metrics-reconnects");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("metrics-reconnects"));
        var reconnected = NextAsync<Reconnected>(client);

        await server.Connection.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, "", Ct);
        await reconnected;

        await ShowsAsync(meter, "akkaws.reconnects", 1, "error.class", "policy_violation");
        await ShowsAsync(meter, "akkaws.reconnects", 1);
        await ShowsAsync(meter, "akkaws.reconnect.attempts", 1, "error.class", "policy_violation");
        await ShowsAsync(meter, "akkaws.errors", 1, "error.class", "policy_violation");
        await ShowsAsync(meter, "akkaws.connection.epoch", 2);
        Assert.True(meter.Now("akkaws.downtime") > 0);
        Assert.Equal("policy_violation", Assert.Single(meter.Recorded("akkaws.outage.duration")).Tags["error.class"]);
    }

    [Fact]
    public async Task What_cannot_be_read_routed_or_matched_is_counted()
    {
        using var meter = new MeterProbe("metrics-errors");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("metrics-errors"));

        await SendAsync(server, "??", "!throw", "U|nobody|1", "R|of-nobody|ok|x");

        await ShowsAsync(meter, "akkaws.parse.errors", 1, "source", "unknown");
        await ShowsAsync(meter, "akkaws.parse.errors", 1, "source", "handler");
        await ShowsAsync(meter, "akkaws.updates.unrouted", 1);
        await ShowsAsync(meter, "akkaws.responses.late", 1);
    }

    [Fact]
    public async Task Dropped_updates_and_gaps_are_counted()
    {
        using var meter = new MeterProbe("metrics-drops");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("metrics-drops"), new LineProtocol { IsNumbered = true });
        await using var slow = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = OverflowPolicy.DropOldest, Capacity = 1, Gaps = GapRecovery.None }, Ct);

        await SendAsync(server, "U|a|1", "U|a|2", "U|a|5");

        await ShowsAsync(meter, "akkaws.gaps", 1);
        await AwaitAssertAsync(() => Assert.True(meter.Now("akkaws.updates.dropped") >= 1), Deadline);
    }

    [Fact]
    public async Task A_request_is_measured_by_what_it_came_to()
    {
        using var meter = new MeterProbe("metrics-outcomes");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("metrics-outcomes"));

        await client.RequestRawAsync(Request("ok"), Ct);
        await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(Request("fail"), Ct));
        server.AnswersRequests = false;
        await Assert.ThrowsAsync<RequestTimeoutException>(() => client.RequestRawAsync(Request("late") with { Timeout = TimeSpan.FromMilliseconds(50) }, Ct));
        var lost = client.RequestRawAsync(Request("lost"), Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.EndsWith("lost", StringComparison.Ordinal)), Deadline);
        server.Connection.Drop();
        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => lost);

        await AwaitAssertAsync(
            () => Assert.Equal(
                ["response", "server_error", "timeout", "unknown"],
                meter.Recorded("akkaws.request.duration").Select(m => m.Tags["outcome"]).Order(StringComparer.Ordinal)),
            Deadline);
        Assert.Contains(meter.Recorded("akkaws.request.duration"), m => m.Tags["outcome"] == "timeout" && m.Value is >= 0.04 and < 60);
    }

    [Fact]
    public async Task The_round_trip_of_pings_is_measured()
    {
        using var meter = new MeterProbe("metrics-pings");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server.Options("metrics-pings") with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(20) } });

        await AwaitAssertAsync(() => Assert.NotEmpty(meter.Recorded("akkaws.ping.duration")), Deadline);
    }

    [Fact]
    public async Task A_connection_that_has_ended_is_shown_no_more()
    {
        using var meter = new MeterProbe("metrics-ended");
        await using var server = await LineServer.StartAsync();
        var client = await ConnectAsync(server.Options("metrics-ended"));
        Assert.NotEmpty(meter.Collect());

        await client.CloseAsync(Ct);

        Assert.Empty(meter.Collect());
    }

    [Fact]
    public async Task A_connection_whose_actor_system_ends_is_shown_no_more()
    {
        using var meter = new MeterProbe("metrics-terminated");
        await using var server = await LineServer.StartAsync();
        await ConnectAsync(server.Options("metrics-terminated"));
        Assert.NotEmpty(meter.Collect());

        await Sys.Terminate().WaitAsync(Deadline, Ct);

        Assert.Empty(meter.Collect());
    }

    [Fact]
    public async Task Switched_off_nothing_is_measured()
    {
        using var meter = new MeterProbe("metrics-off");
        await using var server = await LineServer.StartAsync();
        var options = server.Options("metrics-off") with
        {
            Telemetry = new TelemetryOptions { Metrics = false, LatencyBudget = TimeSpan.FromTicks(1) },
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(20) },
        };
        await using var client = await ConnectAsync(options);
        await SubscribeAsync(client, "a");
        await SendAsync(server, "U|a|1");
        await client.RequestRawAsync(Request("hello"), Ct);
        await AwaitAssertAsync(async () => Assert.NotNull((await client.GetMetricsAsync(Ct)).LastRoundTrip), Deadline);
        var reconnected = NextAsync<Reconnected>(client);
        server.Connection.Drop();
        await reconnected;

        Assert.Empty(meter.All());
        var figures = await client.GetMetricsAsync(Ct);
        Assert.Equal((1L, 1L), (figures.UpdatesDelivered, figures.Reconnects));
        Assert.Null(figures.Latency);
        Assert.Null(figures.MessagesPerSecond);
    }

    private async Task SubscribeAsync(WebSocketClient client, params Topic[] topics)
    {
        var (subscriber, _) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(topics, subscriber));
    }

    private async Task SendAsync(LineServer server, params string[] texts)
    {
        foreach (var text in texts)
            await server.Connection.SendTextAsync(text, Ct);
    }

    private Task ShowsAsync(MeterProbe meter, string instrument, double value, string? key = null, string? tag = null) =>
        AwaitAssertAsync(() => Assert.Equal(value, meter.Now(instrument, key, tag)), Deadline);
}
