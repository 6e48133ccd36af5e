using AkkaWs.Testing;

namespace AkkaWs.Interop.Tests;

/// <summary>npm's ccxt takes our simulator for the exchange: it loads the instruments over HTTP, watches, logs in, and orders where it can.</summary>
public sealed class CcxtTests
{
    [CcxtTheory]
    [InlineData(ExchangeVenue.Bybit, "trades", "ticker", "book", "candles")]
    [InlineData(ExchangeVenue.Okx, "trades", "ticker", "book", "candles")]
    [InlineData(ExchangeVenue.Binance, "trades", "ticker", "book", "candles")]
    public async Task It_watches_logs_in_and_orders_without_a_complaint(ExchangeVenue venue, params string[] feeds)
    {
        var options = new ExchangeSimulatorOptions { Venue = venue, UpdatesPerSecond = 200 };
        await using var exchange = await ExchangeSimulator.StartAsync(options);
        await using var client = VenueClient.StartCcxt(exchange, options, feeds);
        await client.ExpectAsync([("markets", "true"), .. feeds.Select(feed => ("update", feed))]);

        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"), ("order", "open"));

        Assert.Empty(client.Complaints);
    }

    /// <summary>Its orders to Deribit go over HTTP alone, which the simulator does not take.</summary>
    [CcxtTheory]
    [InlineData(ExchangeVenue.Deribit, "trades", "ticker", "book", "candles")]
    public async Task It_watches_and_logs_in_without_a_complaint(ExchangeVenue venue, params string[] feeds)
    {
        var options = new ExchangeSimulatorOptions { Venue = venue, UpdatesPerSecond = 200 };
        await using var exchange = await ExchangeSimulator.StartAsync(options);
        await using var client = VenueClient.StartCcxt(exchange, options, feeds);

        await client.ExpectAsync([("markets", "true"), ("authenticated", ""), .. feeds.Select(feed => ("update", feed))]);

        Assert.Empty(client.Complaints);
    }
}
