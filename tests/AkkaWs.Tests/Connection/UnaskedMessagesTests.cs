using System.Text;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What a server sends unasked waits in no greater number than the read credits allow, however much it sends.</summary>
public sealed class UnaskedMessagesTests : VirtualTimeTest
{
    private const int Credits = 4;
    private const int Slab = 65_536;
    private const int Flood = 4_000_000;

    [Theory]
    [InlineData("S|pong", true)]
    [InlineData("S|anything", true)]
    [InlineData("R|nobody|ok|x", true)]
    [InlineData("U|nobody|x", false)]
    [InlineData("nonsense", false)]
    public async Task While_the_connections_actor_is_busy_messages_wait_within_the_read_credits(string message, bool isForIt)
    {
        var name = $"unasked-{Encoding.ASCII.GetBytes(message).Sum(b => b)}";
        using var meter = new MeterProbe(name);
        using var busy = new ManualResetEventSlim();
        using var free = new ManualResetEventSlim();
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol
        {
            IsUnbuildable = _ =>
            {
                busy.Set();
                free.Wait(Deadline);
                return false;
            },
        };
        await using var client = await ConnectAsync(server.Options(name) with { Subscriptions = new SubscriptionOptions { BatchCredits = Credits } }, protocol);
        var subscribing = client.SubscribeAsync("a", Ct);
        Assert.True(busy.Wait(Deadline));

        var sending = FloodAsync(server, message);
        await AwaitAssertAsync(() => Assert.True(isForIt ? meter.Now("akkaws.connection.stalled") > 0 : sending.IsCompleted), Deadline);
        var waiting = ((ActorRefWithCell)client.Connection).Underlying.NumberOfMessages;
        free.Set();

        // Pongs are told once a read; beside it all there may be a few messages of other kinds.
        const int Others = 10;
        var perRead = !isForIt ? 0 : message == "S|pong" ? 1 : Slab / (message.Length + 2);
        Assert.InRange(waiting, 0, ((Credits + 1) * perRead) + Others);
        await sending.WaitAsync(Deadline);
        await using var subscription = await subscribing.WaitAsync(Deadline);
        Assert.Equal("asked"u8.ToArray(), (await client.RequestRawAsync(Request("asked"), Ct).WaitAsync(Deadline)).Result.ToArray());
        Assert.Equal(ConnectionState.Ready, (await client.GetStatusAsync(Ct)).State);
    }

    private async Task FloodAsync(LineServer server, string message)
    {
        var payload = Encoding.ASCII.GetBytes(message);
        byte[] frame = [0x81, (byte)payload.Length, .. payload];
        byte[] block = [.. Enumerable.Repeat(frame, Slab / frame.Length).SelectMany(bytes => bytes)];
        for (var sent = 0; sent < Flood; sent += block.Length)
            await server.Connection.SendRawAsync(block, Ct);
    }
}
