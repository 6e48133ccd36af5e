using System.Diagnostics;
using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Exchanges;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;

namespace Quickstart;

/// <summary>The main job against a simulated exchange: connect, log in, subscribe, order, survive a killed connection.</summary>
internal static class SimulatedRun
{
    private static readonly Topic[] Topics =
        ["orderbook.50.BTCUSDT", "orderbook.50.ETHUSDT", "publicTrade.BTCUSDT", "publicTrade.ETHUSDT", "tickers.BTCUSDT", "tickers.SOLUSDT"];

    public static async Task<bool> RunAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        var exchangeOptions = new ExchangeSimulatorOptions { Seed = 42, UpdatesPerSecond = 6_000 };
        await using var exchange = await ExchangeSimulator.StartAsync(exchangeOptions, cancellationToken);
        Console.WriteLine($"simulated exchange on {exchange.Url}");

        var credentials = CredentialsProvider.Fixed(new ApiCredentials(exchangeOptions.ApiKey, exchangeOptions.ApiSecret));
        var protocol = new BybitHandler(BybitStream.Linear, credentials);
        var options = new WebSocketClientOptions { Name = "quickstart", Url = exchange.Url };
        await using var client = await WebSocketClient.ConnectAsync(system, options, protocol, cancellationToken);
        Console.WriteLine("connected, logged in, Ready");
        using var reporting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var states = ReportAsync(client, reporting.Token);

        var meters = new List<TopicMeter>();
        foreach (var topic in Topics)
            meters.Add(new TopicMeter(await client.SubscribeAsync(topic, cancellationToken)));
        var readers = meters.Select(m => m.ReadAsync(CancellationToken.None)).ToList();
        Console.WriteLine($"subscribed to {meters.Count} topics\n");
        await ShowRatesAsync(meters, seconds: 3, cancellationToken);

        Console.WriteLine("\na few updates:");
        foreach (var meter in meters.Take(3))
            Console.WriteLine($"  {Shorten(Encoding.UTF8.GetString(meter.Last!.Payload.Span), 150)}");

        Console.WriteLine("\nan order by request and response, on the same socket:");
        var requests = 0;
        requests += await PlaceOrderAsync(client, "BTCUSDT", "Buy", cancellationToken);
        requests += await PlaceOrderAsync(client, "ETHUSDT", "Sell", cancellationToken);

        Console.WriteLine("\nthe exchange kills the connection:");
        var epoch = client.Epoch;
        var recovered = await RecoverAsync(exchange, client, meters, cancellationToken);
        Console.WriteLine($"  every topic flows again {recovered.TotalMilliseconds:F1} ms after the kill (epoch {epoch} → {client.Epoch})\n");
        requests += await PlaceOrderAsync(client, "SOLUSDT", "Buy", cancellationToken);
        await ShowRatesAsync(meters, seconds: 2, cancellationToken);

        await client.CloseAsync(cancellationToken);
        await Task.WhenAll(readers).WaitAsync(cancellationToken);
        var status = await client.GetStatusAsync(cancellationToken); // of the whole connection: updates came until it closed
        await reporting.CancelAsync();
        await states;
        return Summary.Print(meters, requests, status, recovered);
    }

    private static async Task<int> PlaceOrderAsync(WebSocketClient client, string symbol, string side, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var ack = await client.RequestAsync<PlaceOrder, OrderAck>(
            PlaceOrder.Limit(symbol, side, "0.1", "30000"), TimeSpan.FromSeconds(5), cancellationToken);
        Console.WriteLine($"  {side} {symbol}: order {ack.OrderId} acknowledged in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F2} ms");
        return 1;
    }

    private static async Task<TimeSpan> RecoverAsync(
        ExchangeSimulator exchange, WebSocketClient client, List<TopicMeter> meters, CancellationToken cancellationToken)
    {
        var epoch = client.Epoch.Value;
        var killed = Stopwatch.GetTimestamp();
        await exchange.DropAllAsync();
        while (meters.Any(m => m.Last!.Epoch.Value == epoch))
            await Task.Delay(1, cancellationToken);
        return Stopwatch.GetElapsedTime(killed);
    }

    private static async Task ReportAsync(WebSocketClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in client.WatchAsync(cancellationToken))
            {
                switch (happened)
                {
                    case ConnectionStateChanged { From: var from, To: var to } changed when from != to:
                        Console.WriteLine($"  [{from} → {to}]{(changed.Reason is null ? "" : $" {changed.Reason}")}");
                        break;
                    case Reconnecting reconnecting:
                        Console.WriteLine($"  [attempt {reconnecting.Attempt} in {reconnecting.Delay.TotalMilliseconds:F0} ms]");
                        break;
                    case Reconnected reconnected:
                        Console.WriteLine($"  [Ready again after {reconnected.Downtime.TotalMilliseconds:F1} ms]");
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static async Task ShowRatesAsync(List<TopicMeter> meters, int seconds, CancellationToken cancellationToken)
    {
        Console.WriteLine($"updates per second: {string.Join("  ", meters.Select(m => m.Topic.Value.PadLeft(20)))}");
        for (var second = 1; second <= seconds; second++)
        {
            var before = meters.Select(m => m.Count).ToList();
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            Console.WriteLine($"                    {string.Join("  ", meters.Select((m, i) => $"{m.Count - before[i],20:N0}"))}");
        }
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
