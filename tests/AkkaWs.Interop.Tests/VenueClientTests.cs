using System.Net.WebSockets;
using AkkaWs.Testing;

namespace AkkaWs.Interop.Tests;

/// <summary>Clients that others wrote take our simulator for the exchange: npm's bybit-api, okx-api and binance.</summary>
public sealed class VenueClientTests
{
    [VenueClientsFact]
    public async Task Bybit_api_subscribes_logs_in_orders_and_reconnects_without_a_complaint()
    {
        var options = new ExchangeSimulatorOptions { UpdatesPerSecond = 100 };
        await using var exchange = await ExchangeSimulator.StartAsync(options);
        await using var client = VenueClient.Start(exchange, options);
        await client.ExpectAsync(
            ("subscribed", "v5LinearPublic"), ("authenticated", "v5Private"), ("subscribed", "v5Private"),
            ("update", "publicTrade.BTCUSDT"), ("update", "orderbook.50.BTCUSDT"), ("update", "tickers.BTCUSDT"), ("update", "kline.1.BTCUSDT"));

        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"), ("update", "order"), ("update", "wallet"));
        await exchange.CloseAllAsync(WebSocketCloseStatus.EndpointUnavailable);
        await client.ExpectAsync(
            ("reconnected", "v5LinearPublic"), ("reconnected", "v5Private"), ("authenticated", "v5Private"), ("subscribed", "v5Private"),
            ("update", "publicTrade.BTCUSDT"), ("update", "orderbook.50.BTCUSDT"));
        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"), ("update", "order"));

        Assert.Empty(client.Complaints);
    }

    [VenueClientsFact]
    public async Task Okx_api_subscribes_logs_in_orders_and_reconnects_without_a_complaint()
    {
        var options = new ExchangeSimulatorOptions { Venue = ExchangeVenue.Okx, UpdatesPerSecond = 100 };
        await using var exchange = await ExchangeSimulator.StartAsync(options);
        await using var client = VenueClient.Start(exchange, options);
        await client.ExpectAsync(
            ("authenticated", "prodPrivate"), ("subscribed", "trades"), ("subscribed", "books"), ("subscribed", "tickers"), ("subscribed", "candle1m"), ("subscribed", "orders"),
            ("update", "trades"), ("update", "books"), ("update", "tickers"), ("update", "candle1m"));

        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"), ("update", "orders"));
        await exchange.CloseAllAsync(WebSocketCloseStatus.EndpointUnavailable);
        await client.ExpectAsync(
            ("reconnected", "prodPublic"), ("reconnected", "prodPrivate"), ("authenticated", "prodPrivate"), ("subscribed", "orders"), ("update", "trades"), ("update", "books"));
        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"), ("update", "orders"));

        Assert.Empty(client.Complaints);
    }

    [VenueClientsTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Binance_subscribes_logs_in_orders_and_reconnects_without_a_complaint(bool logsOn)
    {
        var (privatePem, publicPem) = Ed25519Key.Create();
        var options = new ExchangeSimulatorOptions { Venue = ExchangeVenue.Binance, UpdatesPerSecond = 100, ApiPublicKey = logsOn ? publicPem : null };
        await using var exchange = await ExchangeSimulator.StartAsync(options);
        await using var client = VenueClient.Start(exchange, options, logsOn ? privatePem : null);
        await client.ExpectAsync(
            ("subscribed", "main"), ("subscribed", "mainWSAPI"),
            ("update", "btcusdt@trade"), ("update", "btcusdt@ticker"), ("update", "btcusdt@depth@100ms"), ("update", "btcusdt@kline_1m"));

        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"), ("update", "executionReport"));
        await exchange.CloseAllAsync(WebSocketCloseStatus.EndpointUnavailable);
        await client.ExpectAsync(
            ("reconnected", "main"), ("reconnected", "mainWSAPI"),
            ("update", "btcusdt@trade"), ("update", "btcusdt@ticker"), ("update", "btcusdt@depth@100ms"), ("update", "btcusdt@kline_1m"));
        await client.OrderAsync();
        await client.ExpectAsync(("ordered", "*"));

        Assert.Empty(client.Complaints);
    }
}
