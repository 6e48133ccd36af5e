using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Exchanges;
using AkkaWs.Testing;
using Spectre.Console;

namespace Quickstart;

/// <summary>Market data of a simulated venue, whichever it is, by the feed that the factory makes: connect, subscribe, survive a killed connection.</summary>
internal static class FeedRun
{
    private static readonly Channel[] Channels = [Channel.Trades, Channel.Ticker, Channel.OrderBook(50)];

    public static async Task<Verdict> RunAsync(
        IAnsiConsole screen, ActorSystem system, ExchangeVenue venue, CancellationToken cancellationToken, int seconds = 3)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(
            new ExchangeSimulatorOptions { Venue = venue, Seed = 42, UpdatesPerSecond = 1_200 }, cancellationToken);
        var (name, quote) = FeedOf(venue);
        var feed = new ExchangeFactory().Create(name, [new Symbol("BTC", quote), new Symbol("ETH", quote)], Channels);
        feed = feed with { Options = feed.Options with { Url = exchange.Url } };

        var started = Stopwatch.GetTimestamp();
        await using var client = await feed.ConnectAsync(system, cancellationToken);
        screen.WriteLine($"connected to a simulated {venue} on {exchange.Url.Authority}, in {Spans.Show(Stopwatch.GetElapsedTime(started))}");
        var meters = await TopicMeter.SubscribeAsync(client, feed.Topics, cancellationToken);
        await TopicMeter.FlowAsync(meters, afterEpoch: 0, cancellationToken);

        screen.Heading("market data");
        await screen.WatchAsync(meters, seconds, cancellationToken);

        screen.Heading("the exchange kills the connection");
        var outage = await Outage.CauseAsync(exchange, client, meters, cancellationToken);
        screen.Write(outage.ToTable());

        screen.Heading("after the recovery");
        await screen.WatchAsync(meters, seconds, cancellationToken);
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
            Summary.Recovery(outage, status),
            Summary.Messages(status, topics.Sum(topic => topic.Updates)),
            Summary.Latency(topics),
        ]);
    }

    private static (string Name, string Quote) FeedOf(ExchangeVenue venue) => venue switch
    {
        ExchangeVenue.Okx => ("okx-spot", "USDT"),
        ExchangeVenue.Binance => ("binance-spot", "USDT"),
        ExchangeVenue.Deribit => ("deribit", "USD"),
        ExchangeVenue.Bybit => ("bybit-linear", "USDT"),
        _ => throw new ArgumentOutOfRangeException(nameof(venue), venue, "The quickstart has nothing for this venue."),
    };
}
