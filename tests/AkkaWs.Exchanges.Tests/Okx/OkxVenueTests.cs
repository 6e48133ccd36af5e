using System.Text.Json;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

public sealed class OkxVenueTests : VenueTest
{
    protected override ExchangeVenue Venue => ExchangeVenue.Okx;

    protected override Topic Trades => Okx.Trades("BTC-USDT");

    protected override Topic Book => Okx.OrderBook("ETH-USDT");

    protected override Topic NoSuchTopic => Okx.Trades("NO-SUCH");

    protected override string Order => """{"op":"order","args":[{"instId":"BTC-USDT","side":"buy","tdMode":"cash","ordType":"limit","sz":"0.1","px":"30000"}]}""";

    protected override string BadOrder => """{"op":"order","args":[{"instId":"NO-SUCH","side":"buy","tdMode":"cash","ordType":"limit","sz":"0.1","px":"30000"}]}""";

    protected override WebSocketClientOptions CreateOptions(string name) => Okx.CreateOptions(OkxStream.Private, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new OkxHandler(OkxStream.Private, credentials);

    [Fact]
    public async Task The_account_hears_of_its_orders_by_the_topic_that_it_subscribed()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        await using var orders = await client.SubscribeAsync([Okx.Orders(), Okx.Fills], Ct);

        await client.RequestRawAsync(Request("""{"op":"order","args":[{"instId":"BTC-USDT","side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}"""), Ct);

        await ReadInOrderAsync(orders, 2);
    }

    [Fact]
    public async Task A_subscription_that_OKX_ends_for_too_many_connections_is_reported_and_asked_for_again()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        await using var orders = await client.SubscribeAsync(Okx.Orders(), Ct);
        await using var told = orders.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);

        Assert.Equal(1, exchange.Publish(Okx.Orders().Value, """{"event":"channel-conn-count-error","channel":"orders","connCount":"30","connId":"a4d3ae55"}"""));

        Assert.True(await told.MoveNextAsync());
        Assert.Contains("30 connections", Assert.IsType<Messages.Interrupted>(told.Current).Reason.Description, StringComparison.Ordinal);
        Assert.True(await told.MoveNextAsync());
        Assert.IsType<Messages.Unconfirmed>(told.Current);
        Assert.True(await told.MoveNextAsync());
        Assert.IsType<Messages.Restored>(told.Current);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnconfirmedTopics);
    }

    [Theory]
    [InlineData("tickers?instId=BTC-USDT", true)]
    [InlineData("books5?instId=BTC-USDT", true)]
    [InlineData("trades?instId=BTC-USDT", false)]
    [InlineData("orders?instType=ANY", false)]
    public void Tickers_and_books_have_a_default_age(string topic, bool has) =>
        Assert.Equal(has ? TimeSpan.FromSeconds(60) : null, CreateHandler(CredentialsProvider.Fixed(RightKey)).DefaultMaxAgeOf(topic));

    [Fact]
    public async Task One_refused_topic_does_not_take_the_others_with_it()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);

        var error = await Assert.ThrowsAsync<Errors.SubscriptionFailedException>(() => client.SubscribeAsync([Trades, NoSuchTopic, Book], Ct));

        Assert.Equal([NoSuchTopic], error.Failures.Select(failure => failure.Topic));
    }

    [Fact]
    public async Task Updates_of_a_book_link_to_each_other_and_their_checksum_is_always_0()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Book, Ct);
        Dictionary<string, string> bids = [], asks = [];
        long last = -1;
        var count = 0;
        await foreach (var update in updates.WithCancellation(Ct))
        {
            var message = JsonDocument.Parse(update.Payload).RootElement;
            var data = message.GetProperty("data")[0];
            Assert.Equal(count == 0 ? "snapshot" : "update", message.GetProperty("action").GetString());
            Assert.Equal(last, data.GetProperty("prevSeqId").GetInt64());
            Assert.Equal(last = data.GetProperty("seqId").GetInt64(), update.SourceSequence);
            Apply(bids, data.GetProperty("bids"));
            Apply(asks, data.GetProperty("asks"));
            Assert.Equal((400, 400), (bids.Count, asks.Count));
            Assert.Equal(0, data.GetProperty("checksum").GetInt32());
            if (++count == 100)
                break;
        }
    }

    private static void Apply(Dictionary<string, string> side, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
        {
            if (level[1].GetString() == "0")
                side.Remove(level[0].GetString()!);
            else
                side[level[0].GetString()!] = level[1].GetString()!;
        }
    }
}
