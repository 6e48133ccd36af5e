using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace Quickstart;

/// <summary>Replays a recording on loopback, receives it by a subscription to everything, and compares byte for byte.</summary>
internal static class CaptureRun
{
    public static async Task<bool> RunAsync(ActorSystem system, string file, CancellationToken cancellationToken)
    {
        var capture = CaptureFile.Read(file);
        await using var replay = await CaptureReplay.StartAsync(
            capture, new CaptureReplayOptions { WaitForClientMessage = true }, cancellationToken);
        Console.WriteLine($"{capture.Name}: {replay.Messages.Count:N0} recorded server messages, replayed on {replay.Url}");

        var options = new WebSocketClientOptions { Name = "capture", Url = replay.Url };
        await using var client = await WebSocketClient.ConnectAsync(system, options, new GenericJsonHandler(), cancellationToken);
        await using var everything = await client.SubscribeToEverythingAsync(cancellationToken);
        await client.SendAsync("""{"op":"replay"}""", cancellationToken);

        var started = Stopwatch.GetTimestamp();
        long bytes = 0;
        var received = 0;
        var equal = true;
        await foreach (var update in everything.WithCancellation(cancellationToken))
        {
            equal &= update.Payload.Span.SequenceEqual(replay.Messages[received].Utf8.Span);
            bytes += update.Payload.Length;
            if (++received == replay.Messages.Count)
                break;
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"received {received:N0} messages, {bytes:N0} bytes in {elapsed.TotalMilliseconds:F0} ms; in order and byte for byte: {(equal ? "yes" : "NO")}");
        return equal;
    }
}
