using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using Spectre.Console;

namespace Quickstart;

/// <summary>Replays a recording on loopback, receives it by a subscription to everything, and compares byte for byte.</summary>
internal static class CaptureRun
{
    public static async Task<Verdict> RunAsync(IAnsiConsole screen, ActorSystem system, string file, CancellationToken cancellationToken)
    {
        screen.Write($"starting: reading {Path.GetFileName(file)} ...");
        var capture = CaptureFile.Read(file);
        await using var replay = await CaptureReplay.StartAsync(
            capture, new CaptureReplayOptions { WaitForClientMessage = true }, cancellationToken);
        screen.WriteLine($" {replay.Messages.Count:N0} recorded messages");

        var options = new WebSocketClientOptions { Name = "capture", Url = replay.Url };
        await using var client = await WebSocketClient.ConnectAsync(system, options, new GenericJsonHandler(), cancellationToken);
        // As fast as it can be read, and nothing may be lost: the reader sets the pace.
        var pace = new SubscribeOptions { Overflow = OverflowPolicy.Backpressure };
        await using var everything = await client.SubscribeAsync(Topic.Everything, pace, cancellationToken);
        await client.SendAsync("""{"op":"replay"}""", cancellationToken);

        var started = Stopwatch.GetTimestamp();
        var (received, differing) = (0, 0);
        await foreach (var update in everything.WithCancellation(cancellationToken))
        {
            if (!update.Payload.Span.SequenceEqual(replay.Messages[received].Utf8.Span))
                differing++;
            if (++received == replay.Messages.Count)
                break;
        }

        return Judge(replay.Messages.Count, received, differing, Stopwatch.GetElapsedTime(started));
    }

    internal static Verdict Judge(int recorded, int received, int differing, TimeSpan took) => new(
    [
        new Check(received == recorded, "updates", $"{received:N0} of {recorded:N0} recorded messages in {Spans.Show(took)}"),
        new Check(differing == 0, "order", differing == 0 ? "as recorded, byte for byte" : $"{Summary.Count(differing, "message")} not as recorded"),
    ]);
}
