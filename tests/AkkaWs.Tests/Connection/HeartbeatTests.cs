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
    public async Task A_healthy_link_lives_for_a_day_and_more()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("healthy") with { Heartbeat = Pings });

        const int Pongs = 26 * 120;
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

    // The read loop tells of a pong before it counts the message, so a figure that was seen is a pong that was sent to the actor.
    private async Task PongsAsync(WebSocketClient client, int count)
    {
        while ((await client.GetStatusAsync(Ct)).MessagesReceived < count)
            await Task.Yield();
        await SettleAsync(client);
    }
}
