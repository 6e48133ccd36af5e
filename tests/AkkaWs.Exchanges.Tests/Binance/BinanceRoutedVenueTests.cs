using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Binance's USDⓈ-margined futures, whose streams come on the route of the address alone, through the real client against the simulator.</summary>
public sealed class BinanceRoutedVenueTests : SimulatedTest
{
    private const string Order = """{"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.1","price":"30000"}}""";

    private static readonly Topic Trades = Binance.AggregateTrades("BTCUSDT");
    private static readonly Topic Quotes = Binance.BookTicker("BTCUSDT");

    protected override ExchangeVenue Venue => ExchangeVenue.BinanceUsdMargined;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateOptions(BinanceMarket.UsdMargined, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BinanceStreamsHandler();

    [Fact]
    public async Task A_stream_of_another_route_is_refused_by_name_before_anything_is_written_and_the_others_come()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange, options => On(exchange, options, BinanceRoute.Public));

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync([Quotes, Trades], Ct));

        Assert.Equal(Trades, Assert.Single(error.Failures).Topic);
        Assert.Equal((Trades, BinanceRoute.Market), Assert.IsType<BinanceRouteException>(error.InnerException) is var refused ? (refused.Topic, refused.Route) : default);
        await using var quotes = await client.SubscribeAsync(Quotes, Ct);
        await ReadInOrderAsync(quotes, 10);
        Assert.DoesNotContain(Assert.Single(exchange.Connections).Received, message => message.Text.Contains("aggTrade", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Feeds_of_every_route_bring_all_that_one_connection_never_did()
    {
        await using var exchange = await StartAsync();
        var feeds = new ExchangeFactory().CreateFeeds(
            "binance-usdm", [new Symbol("BTC", "USDT")], [Channel.Trades, Channel.OrderBook(5), Channel.OrderBook(100), Channel.Ticker, Channel.Candles(TimeSpan.FromMinutes(1))]);

        foreach (var feed in feeds)
        {
            var options = OptionsFor(exchange, feed.Options.Name) with { Url = new Uri(exchange.Url, feed.Options.Url.PathAndQuery) };
            await using var client = await WebSocketClient.ConnectAsync(Sys, options, feed.Handler, Ct);
            await using var updates = await client.SubscribeAsync([.. feed.Topics], Ct);
            await ReadUntilAsync(updates, epoch: 1);
            Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnknownMessages);
        }

        Assert.Equal(["binance-usdm-public", "binance-usdm-market"], feeds.Select(feed => feed.Options.Name));
    }

    [Fact]
    public async Task Books_of_futures_are_linked_by_the_update_before_and_heal_after_a_drop()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var changes = await client.SubscribeAsync(Binance.OrderBookChanges("BTCUSDT"), new SubscribeOptions { Gaps = GapRecovery.None }, Ct);
        await ReadInOrderAsync(changes, 50);

        await exchange.DropAllAsync();

        await ReadUntilAsync(changes, epoch: 2);
    }

    [Fact]
    public async Task The_account_s_events_come_by_a_key_in_the_address_and_by_another_one_after_it_has_expired_or_the_connection_was_rotated()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        var keys = new CountingKeys();
        await using var client = await ConnectPrivateAsync(exchange, keys);
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);
        await OrderedAsync("listenkey1", 1);

        exchange.Publish("listenkey1@listenKeyExpired", """{"stream":"listenkey1@listenKeyExpired","data":{"e":"listenKeyExpired","E":1,"listenKey":"listenkey1"}}""");
        await OrderedAsync("listenkey2", 2);
        await client.RotateAsync(Ct);
        await OrderedAsync("listenkey3", 3);

        Assert.Equal(3, keys.Count);
        Assert.All(exchange.Subscriptions, stream => Assert.StartsWith("listenkey3@", stream, StringComparison.Ordinal));
        Assert.All(exchange.ConnectionHistory, connection => Assert.Matches(@"^/private/stream\?listenKey=listenkey\d&events=ACCOUNT_UPDATE/.*ORDER_TRADE_UPDATE", connection.PathAndQuery));
        // It is in the address alone.
        Assert.All(exchange.ConnectionHistory.SelectMany(connection => connection.Received), message => Assert.DoesNotContain("listenkey", message.Text, StringComparison.Ordinal));

        async Task OrderedAsync(string key, long epoch)
        {
            var stream = $"{key}@ORDER_TRADE_UPDATE";
            await exchange.WaitForSubscriptionAsync(stream, Deadline, Ct);
            await client.WaitUntilReadyAsync(Ct);
            exchange.Publish(stream, $$$$"""{"stream":"{{{{stream}}}}","data":{"e":"ORDER_TRADE_UPDATE","E":1,"o":{"s":"BTCUSDT","i":8886774}}}""");
            await foreach (var update in account.WithCancellation(Ct))
            {
                Assert.Equal((Binance.UserData, epoch), (update.Topic, update.Epoch.Value));
                return;
            }
        }
    }

    [Fact]
    public async Task An_order_over_the_api_is_told_to_the_private_feed()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectPrivateAsync(exchange, new CountingKeys());
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);
        var options = OptionsFor(exchange, "api") with { Url = new Uri(exchange.Url, Binance.CreateApiOptions(BinanceMarket.UsdMargined).Url.AbsolutePath) };
        await using var api = await WebSocketClient.ConnectAsync(Sys, options, new BinanceApiHandler(CredentialsProvider.Fixed(RightKey)), Ct);

        var placed = await api.RequestRawAsync(Request(Order), Ct);

        await foreach (var update in account.WithCancellation(Ct))
        {
            var told = JsonDocument.Parse(update.Payload).RootElement.GetProperty("data").GetProperty("o");
            Assert.Equal(JsonDocument.Parse(placed.Result).RootElement.GetProperty("orderId").GetInt64(), told.GetProperty("i").GetInt64());
            break;
        }
    }

    [Fact]
    public async Task The_events_that_the_options_name_are_the_ones_that_are_asked_for()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        var options = OptionsFor(exchange, "some") with { Url = new Uri(exchange.Url, "/private/stream?events=ORDER_TRADE_UPDATE/listenKeyExpired") };

        await using var client = await WebSocketClient.ConnectAsync(Sys, options, new BinanceStreamsHandler(new CountingKeys()), Ct);

        await exchange.WaitForSubscriptionAsync("listenkey1@listenKeyExpired", Deadline, Ct);
        Assert.Equal(["listenkey1@ORDER_TRADE_UPDATE", "listenkey1@listenKeyExpired"], exchange.Subscriptions);
    }

    [Fact]
    public async Task A_private_connection_without_listen_keys_says_what_is_missing()
    {
        var handler = new BinanceStreamsHandler();

        var error = await Assert.ThrowsAsync<MissingCredentialsException>(() => handler.GetEndpointAsync(
            new ConnectionEndpoint(Binance.CreateOptions(BinanceMarket.UsdMargined, route: BinanceRoute.Private).Url, []), default).AsTask());

        Assert.Contains(nameof(IListenKeySource), error.Missing, StringComparison.Ordinal);
    }

    private static WebSocketClientOptions On(ExchangeSimulator exchange, WebSocketClientOptions options, BinanceRoute route) =>
        options with { Url = new Uri(exchange.Url, Binance.CreateOptions(BinanceMarket.UsdMargined, route: route).Url.PathAndQuery) };

    private Task<WebSocketClient> ConnectPrivateAsync(ExchangeSimulator exchange, IListenKeySource keys) =>
        WebSocketClient.ConnectAsync(Sys, On(exchange, OptionsFor(exchange, "private"), BinanceRoute.Private), new BinanceStreamsHandler(keys), Ct);

    private sealed class CountingKeys : IListenKeySource
    {
        public int Count { get; private set; }

        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new($"listenkey{++Count}");
    }
}
