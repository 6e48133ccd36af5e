using System.Net.WebSockets;
using System.Text;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

public sealed class PausedHeartbeatTests : VirtualTimeTest
{
    private const int Count = 3_000;
    private static readonly HeartbeatOptions Pings = new();
    private static readonly byte[] Filler = Encoding.UTF8.GetBytes(new string('x', 10_000));

    [Fact]
    public async Task While_reading_pauses_the_missing_pong_is_nobody_s_fault()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("paused-pong") with
        {
            Heartbeat = Pings,
            Subscriptions = new SubscriptionOptions { BatchCredits = 4, MaxStall = null },
        });
        await using var updates = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = OverflowPolicy.Backpressure }, Ct);
        var sending = SendAllAsync(server);
        // Nobody reads the updates, so their credits never come back, and no pong can be read.
        await AwaitAssertAsync(async () => Assert.True((await client.GetStatusAsync(Ct)).IsStalled), Deadline);

        for (var i = 0; i < 10; i++)
        {
            Scheduler.Advance(Pings.PingInterval);
            await SettleAsync(client);
            Scheduler.Advance(Pings.PongTimeout);
            await SettleAsync(client);
        }

        Assert.True(client.IsConnected);
        Assert.True((await client.GetStatusAsync(Ct)).IsStalled);
        await AwaitAssertAsync(() => Assert.NotEqual(0, server.Connection.PingsReceived), Deadline);
        await foreach (var update in updates.WithCancellation(Ct))
        {
            if (update.Sequence == Count)
                break;
        }

        await sending.WaitAsync(Deadline);
        Assert.Equal(1, client.Epoch.Value);
    }

    private async Task SendAllAsync(LineServer server)
    {
        for (var i = 1; i <= Count; i++)
            await server.Connection.SendAsync((byte[])[.. Encoding.UTF8.GetBytes($"U|a|{i}|"), .. Filler], WebSocketMessageType.Text, Ct);
    }
}
