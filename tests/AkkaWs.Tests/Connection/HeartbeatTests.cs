using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

public sealed class HeartbeatTests : VirtualTimeTest
{
    private static readonly HeartbeatOptions Pings = new() { UseFramePing = false };

    [Fact]
    public async Task A_healthy_link_lives_for_days()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("healthy") with { Heartbeat = Pings });

        const int Pongs = 2 * 24 * 120 + 1;
        for (var pong = 1; pong <= Pongs; pong++)
        {
            Scheduler.Advance(Pings.PingInterval);
            await PongsAsync(client, pong);
        }

        Assert.Equal(1, client.Epoch.Value);
        Assert.True(client.IsConnected);
        Assert.Equal(Pongs, server.Connection.ReceivedCount);
    }

    [Fact]
    public async Task The_pong_is_due_its_time_after_the_ping_and_not_since_the_last_pong()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("due") with { Heartbeat = Pings });
        var watcher = await WatchAsync(client);
        Scheduler.Advance(Pings.PingInterval);
        await PongsAsync(client, 1);
        server.AnswersPings = false;

        Scheduler.Advance(Pings.PingInterval);
        await AwaitAssertAsync(() => Assert.Equal(2, server.Connection.ReceivedCount), Deadline);
        Scheduler.Advance(Pings.PongTimeout - TimeSpan.FromMilliseconds(1));
        await SettleAsync(client);
        Assert.True(client.IsConnected);

        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ErrorClass.MissedPong, (await LostAsync(client, watcher)).Reason.Class);
        await NextAsync<Reconnected>(watcher);
    }

    [Fact]
    public async Task A_silent_disconnect_is_noticed_within_interval_and_timeout()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("silent"));
        var watcher = await WatchAsync(client);
        server.Server.AnswerPings = false;

        await PingAsync(server, client, 1);
        Scheduler.Advance(Pings.PongTimeout);

        Assert.Equal(ErrorClass.MissedPong, (await NextAsync<Reconnecting>(watcher)).Reason.Class);
    }

    [Fact]
    public async Task Missing_pongs_are_borne_as_far_as_allowed_and_a_pong_makes_up_for_them()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("borne") with { Heartbeat = new HeartbeatOptions { MissedPongsAllowed = 2 } });
        var watcher = await WatchAsync(client);
        var pings = 0;
        for (var round = 0; round < 3; round++)
        {
            server.Server.AnswerPings = false;
            for (var missed = 1; missed <= 2; missed++)
            {
                await PingAsync(server, client, ++pings);
                Scheduler.Advance(Pings.PongTimeout);
                await AwaitAssertAsync(async () => Assert.Equal(missed, (await client.GetStatusAsync(Ct)).MissedPongs), Deadline);
            }

            server.Server.AnswerPings = true;
            await PingAsync(server, client, ++pings, Pings.PingInterval - Pings.PongTimeout);
            await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).MissedPongs), Deadline);
        }

        server.Server.AnswerPings = false;
        for (var missed = 1; missed <= 3; missed++)
        {
            await PingAsync(server, client, ++pings, missed == 1 ? null : Pings.PingInterval - Pings.PongTimeout);
            Scheduler.Advance(Pings.PongTimeout);
            await SettleAsync(client);
        }

        Assert.Equal(ErrorClass.MissedPong, (await NextAsync<Reconnecting>(watcher)).Reason.Class);
    }

    [Fact]
    public async Task A_late_pong_answers_its_own_ping_and_not_the_one_after()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("late-pong") with { Heartbeat = new HeartbeatOptions { MissedPongsAllowed = 1 } });
        var watcher = await WatchAsync(client);
        server.Server.AnswerPings = false;
        await PingAsync(server, client, 1);
        Scheduler.Advance(Pings.PongTimeout);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).MissedPongs), Deadline);
        await PingAsync(server, client, 2, Pings.PingInterval - Pings.PongTimeout);

        await server.Connection.SendRawAsync((byte[])[0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 1], Ct);
        await PongsAsync(client, 1);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).MissedPongs);
        Scheduler.Advance(Pings.PongTimeout);

        Assert.Equal(ErrorClass.MissedPong, (await NextAsync<Reconnecting>(watcher)).Reason.Class);
    }

    [Fact]
    public async Task The_round_trip_is_measured_and_shown()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("round-trip"));
        Assert.Null((await client.GetStatusAsync(Ct)).LastRoundTrip);

        for (var ping = 1; ping <= 3; ping++)
        {
            Scheduler.Advance(Pings.PingInterval);
            await PongsAsync(client, ping);
        }

        var status = await client.GetStatusAsync(Ct);
        Assert.InRange(status.LastRoundTrip!.Value, TimeSpan.Zero, Deadline);
        Assert.InRange(status.SmoothedRoundTrip!.Value, TimeSpan.Zero, Deadline);
        Assert.Equal(0, status.MissedPongs);
    }

    [Fact]
    public async Task A_pong_frame_answers_a_ping_frame()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("frames"));
        var watcher = await WatchAsync(client);

        for (var ping = 1; ping <= 5; ping++)
        {
            Scheduler.Advance(Pings.PingInterval);
            await AwaitAssertAsync(() => Assert.Equal(ping, server.Connection.PingsReceived), Deadline);
            await PongsAsync(client, ping);
        }

        server.Server.AnswerPings = false;
        Scheduler.Advance(Pings.PingInterval);
        await AwaitAssertAsync(() => Assert.Equal(6, server.Connection.PingsReceived), Deadline);
        Assert.Equal(ErrorClass.MissedPong, (await LostAsync(client, watcher)).Reason.Class);
    }

    [Fact]
    public async Task Nothing_received_for_the_idle_time_is_a_loss()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("idle") with
        {
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero, IdleTimeout = TimeSpan.FromMinutes(1) },
        });
        var watcher = await WatchAsync(client);
        await server.Connection.SendTextAsync("S|pong", Ct);
        await PongsAsync(client, 1);

        Scheduler.Advance(TimeSpan.FromMinutes(1));
        await SettleAsync(client);
        Assert.True(client.IsConnected);
        Scheduler.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(ErrorClass.Idle, (await NextAsync<Reconnecting>(watcher)).Reason.Class);
    }

    [Fact]
    public async Task Data_that_arrives_extends_the_deadline_of_a_pong()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("slow-link"));
        var watcher = await WatchAsync(client);
        server.Server.AnswerPings = false;
        await PingAsync(server, client, 1);

        for (var update = 1; update <= 2; update++)
        {
            await server.Connection.SendTextAsync("U|a|data", Ct);
            await PongsAsync(client, update);
            Scheduler.Advance(Pings.PongTimeout);
            await SettleAsync(client);
            Assert.True(client.IsConnected);
        }

        Assert.Equal(ErrorClass.MissedPong, (await LostAsync(client, watcher)).Reason.Class);
    }

    [Fact]
    public async Task A_written_request_that_times_out_in_silence_sends_a_ping_at_once()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("dead-link"));
        var watcher = await WatchAsync(client);
        server.Server.AnswerPings = false;
        var request = client.RequestRawAsync(Request("order") with { Timeout = TimeSpan.FromSeconds(2) }, Ct);
        await AwaitAssertAsync(() => Assert.Equal(1, server.Connection.ReceivedCount), Deadline);
        await SettleAsync(client);

        Scheduler.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<RequestTimeoutException>(() => request.WaitAsync(Deadline));
        await AwaitAssertAsync(() => Assert.Equal(1, server.Connection.PingsReceived), Deadline);
        Assert.Equal(ErrorClass.MissedPong, (await LostAsync(client, watcher)).Reason.Class);
    }

    // The message that the ping was written may come late, even after the server has it: the pong's time starts then.
    private async Task<Reconnecting> LostAsync(WebSocketClient client, TestProbe watcher)
    {
        await SettleAsync(client);
        while (client.Epoch.Value == 1 && client.IsConnected)
        {
            Scheduler.Advance(Pings.PongTimeout);
            await SettleAsync(client);
        }

        return await NextAsync<Reconnecting>(watcher);
    }

    private async Task PingAsync(LineServer server, WebSocketClient client, int ping, TimeSpan? after = null)
    {
        Scheduler.Advance(after ?? Pings.PingInterval);
        await AwaitAssertAsync(() => Assert.Equal(ping, server.Connection.PingsReceived), Deadline);
        await SettleAsync(client);
    }

    // The read loop tells of a pong before it counts the message, so a figure that was seen is a pong that was sent to the actor.
    private async Task PongsAsync(WebSocketClient client, int count)
    {
        while ((await client.GetStatusAsync(Ct)).MessagesReceived < count)
            await Task.Yield();
        await SettleAsync(client);
    }
}
