using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Captures;

/// <summary>Recordings of real feeds, replayed by the simulator and received through the real client by a subscriber to everything.</summary>
public sealed class CaptureTests : ConnectionTest
{
    public static TheoryData<string> Recordings =>
        CaptureFolder.Path is { } folder ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!).Where(file => file != "LICENSE").Order()] : ["none"];

    [CapturesTheory]
    [MemberData(nameof(Recordings))]
    public async Task Each_recorded_message_arrives_once_in_order_byte_for_byte(string file)
    {
        var capture = CaptureFile.Read(Path.Combine(CaptureFolder.Path!, file));
        Assert.NotEmpty(capture.ServerMessages);
        await using var replay = await CaptureReplay.StartAsync(capture, new CaptureReplayOptions { WaitForClientMessage = true });
        await using var client = await ConnectAsync(new WebSocketClientOptions { Name = "capture", Url = replay.Url });
        await using var everything = await client.SubscribeAsync(Topic.Everything, new SubscribeOptions { Overflow = OverflowPolicy.Backpressure }, Ct);
        await client.SendAsync("go", Ct);

        var place = 0;
        await foreach (var update in everything.WithCancellation(Ct))
        {
            var expected = capture.ServerMessages[place++];
            Assert.True(update.Payload.Span.SequenceEqual(expected.Utf8.Span), $"{file}, line {expected.Line}");
            Assert.Equal(place, update.Sequence);
            if (place == capture.ServerMessages.Count)
                break;
        }

        Assert.Equal(capture.ServerMessages.Count, place);
        Assert.Equal(place, (await client.GetStatusAsync(Ct)).MessagesReceived);
    }
}
