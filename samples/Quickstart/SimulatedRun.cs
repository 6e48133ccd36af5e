using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Exchanges;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using Spectre.Console;

namespace Quickstart;

/// <summary>The main job against a simulated exchange: connect, log in, subscribe, order, survive a killed connection.</summary>
internal static class SimulatedRun
{
    private static readonly Topic[] Topics =
        ["orderbook.50.BTCUSDT", "orderbook.50.ETHUSDT", "publicTrade.BTCUSDT", "publicTrade.ETHUSDT", "tickers.BTCUSDT", "tickers.SOLUSDT"];

    private static readonly ExchangeSimulatorOptions Exchange = new() { Seed = 42, UpdatesPerSecond = 1_200 };

    /// <param name="screen">Where it is shown.</param>
    /// <param name="system">Where the connections live.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="seconds">How long the topics are watched, before the kill and after it.</param>
    public static async Task<Verdict> RunAsync(IAnsiConsole screen, ActorSystem system, CancellationToken cancellationToken, int seconds = 3)
    {
        screen.Write("starting: a silent rehearsal, so that no compile time is measured ...");
        var started = Stopwatch.GetTimestamp();
        await PlayAsync(Screen.Silent(), system, "rehearsal", seconds: 1, cancellationToken);
        screen.WriteLine($" {Spans.Show(Stopwatch.GetElapsedTime(started))}");
        return await PlayAsync(screen, system, "quickstart", seconds, cancellationToken);
    }

    private static async Task<Verdict> PlayAsync(IAnsiConsole screen, ActorSystem system, string name, int seconds, CancellationToken cancellationToken)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Exchange, cancellationToken);
        var credentials = CredentialsProvider.Fixed(new ApiCredentials(Exchange.ApiKey, Exchange.ApiSecret));
        var options = new WebSocketClientOptions { Name = name, Url = exchange.Url };

        var started = Stopwatch.GetTimestamp();
        await using var client = await WebSocketClient.ConnectAsync(system, options, new BybitHandler(BybitStream.Linear, credentials), cancellationToken);
        screen.WriteLine($"connected to a simulated exchange on {exchange.Url.Authority} and logged in, in {Spans.Show(Stopwatch.GetElapsedTime(started))}");

        var meters = await TopicMeter.SubscribeAsync(client, Topics, cancellationToken);
        var orders = new Orders(client, await client.SubscribeAsync("order", cancellationToken));
        screen.WriteLine($"subscribed to {meters.Count} market topics and to our orders; the exchange confirmed each");

        await TopicMeter.FlowAsync(meters, afterEpoch: 0, cancellationToken);

        screen.Heading("market data");
        await screen.WatchAsync(meters, seconds, cancellationToken);

        screen.Heading("orders, by request and response on the same socket");
        var resting = await orders.PlaceAsync("Buy", "BTCUSDT", 0.010m, Math.Round(meters[0].Quote.Bid!.Value * 0.95m, 1), cancellationToken);
        await orders.PlaceAsync("Sell", "ETHUSDT", 0.50m, Math.Round(meters[1].Quote.Bid!.Value * 0.99m, 2), cancellationToken);
        screen.Write(Orders.ToTable(orders.Results));

        screen.Heading("the exchange kills the connection");
        var outage = await Outage.CauseAsync(exchange, client, meters, cancellationToken);
        screen.Write(outage.ToTable());

        screen.Heading("after the recovery: market data and orders");
        await screen.WatchAsync(meters, seconds, cancellationToken);
        var after = new[]
        {
            await orders.CancelAsync(resting, cancellationToken),
            await orders.PlaceAsync("Buy", "SOLUSDT", 2.5m, Math.Round(meters[5].Quote.Ask!.Value * 1.01m, 2), cancellationToken),
        };
        screen.Write(Orders.ToTable(after));

        await client.CloseAsync(cancellationToken);
        await Task.WhenAll(meters.Select(meter => meter.Reading)).WaitAsync(cancellationToken);
        var status = await client.GetStatusAsync(cancellationToken);
        var topics = meters.Select(meter => meter.Result).ToList();
        screen.Heading("all topics, from the first update to the last");
        screen.Write(Summary.ToTable(topics));
        screen.WriteLine(Summary.Legend);
        return new Verdict(
        [
            Summary.Updates(topics, interruptions: 1),
            Summary.Order(topics),
            Summary.Requests(orders.Results, expected: 4),
            Summary.Recovery(outage, status),
            Summary.Messages(status, topics.Sum(topic => topic.Updates)),
            Summary.Latency(topics),
        ]);
    }
}
