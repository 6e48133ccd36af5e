using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Exchanges;
using AkkaWs.Options;
using AkkaWs.Primitives;
using Spectre.Console;

namespace Quickstart;

/// <summary>Subscribes to topics of a live venue that speaks <c>{"op":"subscribe","args":[…]}</c>, such as Bybit v5, and shows what comes.</summary>
internal static class LiveRun
{
    public static async Task<Verdict> RunAsync(
        IAnsiConsole screen, ActorSystem system, Uri url, IReadOnlyList<string> topics, TimeSpan duration, CancellationToken cancellationToken)
    {
        screen.Write($"starting: connecting to {url.Authority} ...");
        var started = Stopwatch.GetTimestamp();
        var options = new WebSocketClientOptions { Name = "live", Url = url };
        await using var client = await WebSocketClient.ConnectAsync(system, options, new BybitHandler(BybitStream.Spot), cancellationToken);
        var meters = await TopicMeter.SubscribeAsync(client, topics.Select(topic => new Topic(topic)), cancellationToken);
        screen.WriteLine($" subscribed to {Summary.Count(topics.Count, "topic")} in {Spans.Show(Stopwatch.GetElapsedTime(started))}");

        screen.Heading("market data");
        await screen.WatchAsync(meters, (int)Math.Ceiling(duration.TotalSeconds), cancellationToken);

        await client.CloseAsync(cancellationToken);
        await Task.WhenAll(meters.Select(meter => meter.Reading)).WaitAsync(cancellationToken);
        var status = await client.GetStatusAsync(cancellationToken);
        var results = meters.Select(meter => meter.Result).ToList();
        screen.Heading("all topics, from the first update to the last");
        screen.Write(Summary.ToTable(results));
        screen.WriteLine(Summary.Legend);
        return new Verdict(
        [
            Summary.Updates(results, interruptions: (int)status.Reconnects),
            Summary.Order(results),
            Summary.Messages(status, results.Sum(topic => topic.Updates)),
            Summary.Latency(results),
        ]);
    }
}
