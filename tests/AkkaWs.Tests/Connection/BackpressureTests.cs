using System.Net.WebSockets;
using System.Text;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A stream's reader that asked for backpressure and stands still stops the socket's reading, and loses nothing.</summary>
public sealed class BackpressureTests : ConnectionTest
{
    private const int Count = 3_000;
    private static readonly byte[] Filler = Encoding.UTF8.GetBytes(new string('x', 10_000));
    private static readonly SubscribeOptions Pushing = new() { Overflow = OverflowPolicy.Backpressure };

    [Fact]
    public async Task A_reader_that_stands_still_stops_the_socket_and_loses_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "stalled-reader"));
        await using var updates = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);

        var received = await UntilStillAsync(client);

        Assert.True(received < Count, $"all {Count} messages were read though nobody took them");
        Assert.False(sending.IsCompleted);
        var expected = 0L;
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(++expected, update.Sequence);
            Assert.StartsWith($"U|a|{expected}|", Text(update), StringComparison.Ordinal);
            if (expected == Count)
                break;
        }

        await sending.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Disposing_of_a_reader_that_stands_still_frees_the_socket_for_the_others()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "disposed-reader"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber, Batched: true));
        var absent = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);
        await UntilStillAsync(client);

        await absent.DisposeAsync();

        await sending.WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.True((await client.GetStatusAsync(Ct)).MessagesReceived > Count), Deadline);
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Readers_that_stop_in_the_middle_keep_no_credits_and_lose_nothing()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "stop-and-go"));
        await using var updates = await client.SubscribeAsync("a", Pushing, Ct);
        for (var i = 1; i <= 200; i++)
            await server.Connection.SendTextAsync($"U|a|{i}|", Ct);

        for (var expected = 1; expected <= 200; expected++)
        {
            await foreach (var update in updates.WithCancellation(Ct))
            {
                Assert.Equal(expected, update.Sequence);
                break;
            }
        }
    }

    [Fact]
    public async Task A_close_is_not_held_up_by_a_reader_that_stands_still()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "stalled-close"));
        await using var updates = await client.SubscribeAsync("a", Pushing, Ct);
        var sending = SendAllAsync(server);
        await UntilStillAsync(client);

        await client.CloseAsync(Ct).WaitAsync(Deadline);

        Assert.Equal(ConnectionState.Closed, client.State);
        await Assert.ThrowsAnyAsync<Exception>(() => sending.WaitAsync(Deadline));
    }

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Subscriptions = new SubscriptionOptions { BatchCredits = 4, MaxStall = null } };

    private async Task SendAllAsync(LineServer server)
    {
        for (var i = 1; i <= Count; i++)
            await server.Connection.SendAsync((byte[])[.. Encoding.UTF8.GetBytes($"U|a|{i}|"), .. Filler], WebSocketMessageType.Text, Ct);
    }

    /// <summary>Waits until nothing more is read: the same figure, greater than none, 20 times in a row.</summary>
    private async Task<long> UntilStillAsync(WebSocketClient client)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        long last = 0;
        for (var same = 0; same < 20;)
        {
            await clock.WaitForNextTickAsync(Ct);
            var now = (await client.GetStatusAsync(Ct)).MessagesReceived;
            same = now == last && now > 1 ? same + 1 : 0;
            last = now;
        }

        return last;
    }
}
