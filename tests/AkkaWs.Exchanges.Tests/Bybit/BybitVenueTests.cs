using System.Net;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Wire;

namespace AkkaWs.Exchanges.Tests;

public sealed class BybitVenueTests : VenueTest
{
    protected override ExchangeVenue Venue => ExchangeVenue.Bybit;

    protected override Topic Trades => Bybit.Trades("BTCUSDT");

    protected override Topic Book => Bybit.OrderBook(50, "ETHUSDT");

    protected override Topic NoSuchTopic => Bybit.Trades("NOSUCH");

    protected override string Order => """{"op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.1","price":"30000"}]}""";

    protected override string BadOrder => """{"op":"order.create","args":[{"category":"linear","symbol":"NOSUCH","side":"Buy","orderType":"Limit","qty":"0.1","price":"30000"}]}""";

    protected override WebSocketClientOptions CreateOptions(string name) => Bybit.CreateOptions(BybitStream.Linear, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BybitHandler(BybitStream.Linear, credentials);

    [Fact]
    public async Task The_account_hears_of_its_orders()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        await using var orders = await client.SubscribeAsync(Bybit.Orders, Ct);

        var placed = await client.RequestRawAsync(Request(Order), Ct);

        await ReadInOrderAsync(orders, 1);
        Assert.Contains("orderId", placed.Result.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_was_delisted_fails_alone_after_a_reconnect_though_Bybit_refuses_its_whole_message()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var delisted = await client.SubscribeAsync(Bybit.Ticker("XRPUSDT"), Ct);
        await using var updates = await client.SubscribeAsync([Trades, Book, Bybit.Ticker("BTCUSDT"), Bybit.Ticker("ETHUSDT"), Bybit.Ticker("SOLUSDT")], Ct);
        exchange.RejectTopics("tickers.XRPUSDT");

        await exchange.DropAllAsync();

        await ReadUntilAsync(updates, epoch: 2);
        Assert.DoesNotContain("tickers.XRPUSDT", exchange.Subscriptions);
    }

    [Fact]
    public async Task The_updates_of_a_book_carry_the_numbers_of_the_exchange_without_a_hole()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var book = await client.SubscribeAsync(Book, Ct);

        long? last = null;
        var count = 0;
        await foreach (var update in book.WithCancellation(Ct))
        {
            Assert.Equal(last + 1 ?? update.SourceSequence, update.SourceSequence);
            last = update.SourceSequence;
            if (++count == 100)
                break;
        }
    }

    [Fact]
    public async Task A_403_is_taken_as_a_ban_by_address()
    {
        await using var exchange = await StartAsync();
        exchange.RefuseConnections(HttpStatusCode.Forbidden, times: 1);

        var refused = await Assert.ThrowsAsync<WireHandshakeException>(() => WireConnection.ConnectAsync(exchange.Url, new WireOptions { Proxy = WireProxy.None }));

        Assert.Equal(ErrorClass.RateLimited, new BybitHandler(BybitStream.Linear).ClassifyError(refused));
        Assert.Equal(ErrorClass.RateLimited, new BinanceStreamsHandler().ClassifyError(refused));
    }
}
