using System.Text;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Connection;

/// <summary>What waits while the connection is down: bounded, in order, and never written once its caller was told that it failed.</summary>
public sealed class QueueTests : VirtualTimeTest
{
    private static readonly WhenNotReady Patient = WhenNotReady.Queue(TimeSpan.FromHours(1));

    [Fact]
    public async Task A_full_queue_rejects_one_more_command_by_count()
    {
        await using var server = await LineServer.StartAsync();
        var client = await LoggingInAsync(server, "count", new QueueOptions { Capacity = 2 });
        var first = client.RequestRawAsync(Waiting("1"), Ct);
        var second = client.SendAsync(new Send("2"u8.ToArray()) { WhenNotReady = Patient }, Ct);

        var error = await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Waiting("3"), Ct));

        Assert.Equal(2, error.Limit);
        Assert.IsType<Request>(error.Command);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).QueuedCommands);
        await LogInAsync(server, client);
        await Task.WhenAll(first, second).WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["1", "2"], Sent(server)), Deadline);
        await client.CloseAsync(Ct);
    }

    [Fact]
    public async Task A_full_queue_rejects_one_more_command_by_bytes()
    {
        await using var server = await LineServer.StartAsync();
        var client = await LoggingInAsync(server, "bytes", new QueueOptions { MaxBytes = 1_000 });
        var first = client.SendAsync(new Send(new byte[900]) { WhenNotReady = Patient }, Ct);

        await Assert.ThrowsAsync<CapacityExceededException>(() => client.SendAsync(new Send(new byte[101]) { WhenNotReady = Patient }, Ct));

        var second = client.SendAsync(new Send(new byte[100]) { WhenNotReady = Patient }, Ct);
        await LogInAsync(server, client);
        await Task.WhenAll(first, second).WaitAsync(Deadline);
        await client.CloseAsync(Ct);
    }

    [Fact]
    public async Task Where_it_is_told_to_the_oldest_gives_way_and_is_never_written()
    {
        await using var server = await LineServer.StartAsync();
        var client = await LoggingInAsync(server, "oldest", new QueueOptions { Capacity = 2, Overflow = QueueOverflow.DropOldest });
        var commands = new List<Task>();
        for (var i = 1; i <= 4; i++)
            commands.Add(i % 2 == 0 ? client.SendAsync(new Send(Encoding.UTF8.GetBytes($"{i}")) { WhenNotReady = Patient }, Ct) : client.RequestRawAsync(Waiting($"{i}"), Ct));

        await Assert.ThrowsAsync<NotSentException>(() => commands[0].WaitAsync(Deadline));
        await Assert.ThrowsAsync<NotSentException>(() => commands[1].WaitAsync(Deadline));
        await LogInAsync(server, client);

        await Task.WhenAll(commands[2], commands[3]).WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["3", "4"], Sent(server)), Deadline);
        await client.CloseAsync(Ct);
    }

    [Fact]
    public async Task What_expired_was_cancelled_or_timed_out_while_the_connection_was_down_is_never_written()
    {
        await using var server = await LineServer.StartAsync();
        var client = await LoggingInAsync(server, "ghosts", new QueueOptions());
        using var cancellation = new CancellationTokenSource();
        var soon = WhenNotReady.Queue(TimeSpan.FromSeconds(5));
        var expiredRequest = client.RequestRawAsync(Waiting("ghost 1") with { WhenNotReady = soon }, Ct);
        var expiredSend = client.SendAsync(new Send("ghost 2"u8.ToArray()) { WhenNotReady = soon }, Ct);
        var cancelledRequest = client.RequestRawAsync(Waiting("ghost 3"), cancellation.Token);
        var cancelledSend = client.SendAsync(new Send("ghost 4"u8.ToArray()) { WhenNotReady = Patient }, cancellation.Token);
        var timedOut = client.RequestRawAsync(Waiting("ghost 5") with { Timeout = TimeSpan.FromSeconds(4) }, Ct);
        var alive = client.RequestRawAsync(Waiting("alive"), Ct);
        await SettleAsync(client);
        Assert.Equal(6, (await client.GetStatusAsync(Ct)).QueuedCommands);

        Scheduler.Advance(TimeSpan.FromSeconds(4));
        // Timeout and expiry fall together here: either way it was never written.
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => timedOut.WaitAsync(Deadline));
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<NotSentException>(() => expiredRequest.WaitAsync(Deadline));
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<NotSentException>(() => expiredSend.WaitAsync(Deadline));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelledRequest.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelledSend.WaitAsync(Deadline));
        await LogInAsync(server, client);

        await alive.WaitAsync(Deadline);
        await client.RequestRawAsync(Request("after"), Ct);
        Assert.Equal(["alive", "after"], Sent(server));
        await client.CloseAsync(Ct);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    public async Task A_command_that_may_wait_and_does_not_say_how_long_waits_for_the_default_time(int seconds)
    {
        var ttl = TimeSpan.FromSeconds(seconds);
        await using var server = await LineServer.StartAsync();
        var client = await LoggingInAsync(server, "default-ttl", new QueueOptions { DefaultTtl = ttl });
        var request = client.RequestRawAsync(Waiting("ghost 1") with { WhenNotReady = WhenNotReady.Queue() }, Ct);
        var send = client.SendAsync(new Send("ghost 2"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue() }, Ct);
        await SettleAsync(client);

        Scheduler.Advance(ttl / 2);
        await SettleAsync(client);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).QueuedCommands);
        Scheduler.Advance(ttl / 2);
        await Assert.ThrowsAsync<NotSentException>(() => request.WaitAsync(Deadline));
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1)); // it came a moment later
        await Assert.ThrowsAsync<NotSentException>(() => send.WaitAsync(Deadline));
        await client.CloseAsync(Ct);
    }

    [Fact]
    public async Task What_one_call_says_about_its_request_holds_for_it()
    {
        await using var server = await LineServer.StartAsync();
        var client = await LoggingInAsync(server, "settings", new QueueOptions());

        var answer = client.RequestAsync<int, int>(5, new RequestSettings { Id = "mine", WhenNotReady = Patient, Priority = MessagePriority.Cancel }, Ct);
        await SettleAsync(client);
        await Assert.ThrowsAsync<NotSentException>(() => client.RequestAsync<int, int>(6, new RequestSettings { Id = "other" }, Ct));
        await LogInAsync(server, client);

        Assert.Equal(5, await answer.WaitAsync(Deadline));
        Assert.Equal("req|mine|5", server.Received[^1]);
        await client.CloseAsync(Ct);
    }

    [Fact]
    public async Task The_queue_outlives_attempts_that_fail()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("outlives"));
        var watcher = await WatchAsync(client);
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable, times: 3);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        var queued = client.RequestRawAsync(Waiting("queued"), Ct);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await SettleAsync(client);
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            await NextAsync<Reconnecting>(watcher);
        }

        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        await queued.WaitAsync(Deadline);
        Assert.Equal(["queued"], Sent(server));
    }

    [Fact]
    public async Task A_write_whose_time_is_over_when_its_turn_comes_is_skipped_and_its_caller_told()
    {
        var clock = new TrafficClock(() => TimeSpan.Zero);
        var asker = CreateTestProbe();
        var command = new Send("x"u8.ToArray());
        WireWrite early = new SendWrite(OutboundMessage.Text("x"), asker, "feed", command, default) { Expiry = new Expiry(clock, TimeSpan.FromSeconds(1)) };
        WireWrite late = new SendWrite(OutboundMessage.Text("x"), asker, "feed", command, default) { Expiry = new Expiry(clock, TimeSpan.FromSeconds(1)) };
        using var cancelled = new CancellationTokenSource();
        WireWrite unwanted = new SendWrite(OutboundMessage.Text("x"), asker, "feed", command, default) { Cancelled = cancelled.Token };
        var pending = new PendingRequest(
            new RequestTable("feed", new LineProtocol()), "1", new Request("x"u8.ToArray()), new AskingActor(asker, asker), new RequestSeat { Actor = asker })
        { Timeout = TimeSpan.Zero, Deadline = TimeSpan.Zero }.WithWrite(OutboundMessage.Text("x"), WireLane.High, new Expiry(clock, TimeSpan.FromSeconds(1)));
        WireWrite request = pending.Write;

        Assert.True(early.TryBegin());
        clock.Reach(TimeSpan.FromSeconds(1));
        await cancelled.CancelAsync();

        Assert.False(late.TryBegin());
        Assert.Same(command, Assert.IsType<NotSentException>((await asker.ExpectMsgAsync<Akka.Actor.Status.Failure>(Deadline)).Cause).Command);
        Assert.False(unwanted.TryBegin());
        await asker.ExpectMsgAsync<Akka.Actor.Status.Failure>(Deadline);
        Assert.False(request.TryBegin());
        Assert.Equal(new ExpireRequest(pending), await asker.ExpectMsgAsync<ExpireRequest>(Deadline));
        Assert.False(((RequestWrite)request).HasBegun);
    }

    private static Request Waiting(string payload) => Request(payload) with { WhenNotReady = Patient, Timeout = TimeSpan.FromHours(1) };

    private static IEnumerable<string> Sent(LineServer server) =>
        server.Received.Where(text => !text.StartsWith("auth", StringComparison.Ordinal)).Select(text => text.Split('|')[^1]);

    // Down for as long as the login is not answered.
    private async Task<WebSocketClient> LoggingInAsync(LineServer server, string name, QueueOptions queue)
    {
        server.AnswersLogin = false;
        var options = server.Options(name) with { Queue = queue, AuthenticationTimeout = TimeSpan.FromMinutes(1) };
        var client = await OpenAsync(options, new LineProtocol { Authenticates = true });
        await AwaitAssertAsync(() => Assert.Equal(["auth|secret"], server.Received), Deadline);
        return client;
    }

    private async Task LogInAsync(LineServer server, WebSocketClient client)
    {
        await server.Connection.SendTextAsync("S|auth|ok", Ct);
        await client.WaitUntilReadyAsync(Ct);
    }
}
