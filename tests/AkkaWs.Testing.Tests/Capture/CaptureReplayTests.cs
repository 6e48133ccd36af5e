using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace AkkaWs.Testing.Tests;

public sealed class CaptureReplayTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Recordings =>
        SharedData.Captures is { } folder ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Where(file => file != "LICENSE")] : ["none"];

    [CapturesTheory]
    [MemberData(nameof(Recordings))]
    public async Task Each_recorded_message_arrives_once_in_order_byte_for_byte(string file)
    {
        var capture = CaptureFile.Read(Path.Combine(SharedData.Captures!, file));
        await using var replay = await CaptureReplay.StartAsync(capture, new CaptureReplayOptions { CloseAtEnd = true });
        await using var client = await TestClient.ConnectAsync(replay.Url);

        foreach (var expected in capture.ServerMessages)
            Assert.True((await client.ReceiveBytesAsync()).AsSpan().SequenceEqual(expected.Utf8.Span), $"{file}, line {expected.Line}");
        Assert.Null(await client.ReceiveBytesAsync());
        Assert.Equal(1, replay.CompletedReplays);
    }

    [Fact]
    public async Task Every_client_is_played_the_whole_recording_and_the_socket_stays_open()
    {
        await using var replay = await CaptureReplay.StartAsync(Numbers(3));

        for (var i = 0; i < 2; i++)
        {
            await using var client = await TestClient.ConnectAsync(replay.Url);
            Assert.Equal("0 1 2", $"{await client.ReceiveTextAsync()} {await client.ReceiveTextAsync()} {await client.ReceiveTextAsync()}");
            await client.SendAsync("thanks");
            await replay.WaitForMessageAsync(message => message.Connection == i + 1 && message.Text == "thanks");
            Assert.Equal(WebSocketState.Open, client.Socket.State);
        }
    }

    [Fact]
    public async Task A_replay_can_wait_for_the_client_to_speak()
    {
        await using var replay = await CaptureReplay.StartAsync(Numbers(1), new CaptureReplayOptions { WaitForClientMessage = true });
        await using var client = await TestClient.ConnectAsync(replay.Url);
        await replay.WaitForConnectionsAsync(1);
        Assert.Equal(0, replay.Connections[0].SentCount);

        await client.SendAsync("""{"op":"subscribe"}""");

        Assert.Equal("0", await client.ReceiveTextAsync());
        Assert.Equal(1, replay.Connections[0].ReceivedCount);
    }

    [Fact]
    public async Task A_speed_keeps_the_recorded_pace_by_its_factor()
    {
        // 20 messages 0.1 s apart: 1.9 s of recording in 0.19 s.
        await using var replay = await CaptureReplay.StartAsync(Numbers(20), new CaptureReplayOptions { Speed = 10, CloseAtEnd = true });
        var began = Stopwatch.GetTimestamp();
        await using var client = await TestClient.ConnectAsync(replay.Url);

        while (await client.ReceiveBytesAsync() is not null)
        {
        }

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.18), Timeout);
    }

    [Fact]
    public async Task Only_the_messages_of_one_recorded_connection_are_played_when_asked()
    {
        var capture = CaptureFile.Parse("two.ws", "ws://a.test/x <-> 1\n2: a\nws://b.test/y <-> 3\n4: b\n"u8.ToArray());
        await using var replay = await CaptureReplay.StartAsync(capture, new CaptureReplayOptions { Connection = new Uri("ws://b.test/y"), CloseAtEnd = true });
        await using var client = await TestClient.ConnectAsync(replay.Url);

        Assert.Equal("b", await client.ReceiveTextAsync());
        Assert.Null(await client.ReceiveBytesAsync());
    }

    [Fact]
    public async Task A_replay_that_is_dropped_starts_over_for_the_next_connection()
    {
        await using var replay = await CaptureReplay.StartAsync(Numbers(1000), new CaptureReplayOptions { Speed = 1 });
        await using var first = await TestClient.ConnectAsync(replay.Url);
        Assert.Equal("0", await first.ReceiveTextAsync());

        await replay.DropAllAsync().WaitAsync(Timeout);

        await first.UntilBrokenAsync();
        await using var second = await TestClient.ConnectAsync(replay.Url);
        Assert.Equal("0", await second.ReceiveTextAsync());
        Assert.Equal(0, replay.CompletedReplays);
    }

    private static CaptureFile Numbers(int count)
    {
        var text = new StringBuilder("ws://venue.test/feed <-> 1618677785\n");
        for (var i = 0; i < count; i++)
            text.Append($"{1618677786 + (i / 10)}.{i % 10}: {i}\n");
        return CaptureFile.Parse("numbers.ws", Encoding.UTF8.GetBytes(text.ToString()));
    }
}
