using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Exchanges;
using AkkaWs.Options;

namespace Quickstart;

/// <summary>Subscribes to topics of a live venue that speaks <c>{"op":"subscribe","args":[…]}</c>, such as Bybit v5, and prints what comes.</summary>
internal static class LiveRun
{
    public static async Task<bool> RunAsync(ActorSystem system, Uri url, IReadOnlyList<string> topics, TimeSpan duration, CancellationToken cancellationToken)
    {
        var options = new WebSocketClientOptions { Name = "live", Url = url };
        await using var client = await WebSocketClient.ConnectAsync(system, options, new BybitHandler(BybitStream.Spot), cancellationToken);
        await using var updates = await client.SubscribeAsync([.. topics], cancellationToken);
        Console.WriteLine($"Ready on {url.GetLeftPart(UriPartial.Path)}, subscribed to {string.Join(", ", topics)}");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(duration);
        var count = 0;
        try
        {
            await foreach (var update in updates.WithCancellation(end.Token))
            {
                if (++count <= 20)
                    Console.WriteLine($"{update.Topic} #{update.Sequence}: {Encoding.UTF8.GetString(update.Payload.Span[..Math.Min(update.Payload.Length, 160)])}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }

        Console.WriteLine($"{count:N0} updates in {duration.TotalSeconds:F0} s");
        return count > 0;
    }
}
