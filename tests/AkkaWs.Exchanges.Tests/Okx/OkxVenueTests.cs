using System.Text.Json;
using System.Text.Json.Nodes;
using AkkaWs.Client;
using AkkaWs.Messages;
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

    protected override string BadOrder => """{"op":"order","args":[{"instIdCode":1,"side":"buy","tdMode":"cash","ordType":"limit","sz":"0.1","px":"30000"}]}""";

    protected override WebSocketClientOptions CreateOptions(string name) => Okx.CreateOptions(OkxStream.Private, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new OkxHandler(OkxStream.Private, credentials, instruments: FixedCodes.Simulated);

    [Fact]
    public async Task The_account_hears_of_its_orders_by_the_topic_that_it_subscribed()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        await using var orders = await client.SubscribeAsync([Okx.Orders(), Okx.Fills], Ct);

        await client.RequestRawAsync(Request("""{"op":"order","args":[{"instId":"BTC-USDT","side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}"""), Ct);

        await ReadInOrderAsync(orders, 2);
    }

    [Theory]
    [InlineData("orders?instType=ANY")]
    [InlineData("account")]
    [InlineData("positions?instType=SWAP")]
    [InlineData("balance_and_position")]
    [InlineData("liquidation-warning?instType=ANY")]
    [InlineData("account-greeks")]
    public async Task A_subscription_that_OKX_confirms_and_then_ends_for_too_many_connections_is_reported_and_back_when_there_is_room(string topic)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = Venue, UpdatesPerSecond = 0, MaxConnectionsPerChannel = 1 }, Ct);
        await using var first = await ConnectAsync(exchange);
        await using var taken = await first.SubscribeAsync(topic, Ct);
        await using var second = await WebSocketClient.ConnectAsync(Sys, OptionsFor(exchange, "second"), CreateHandler(CredentialsProvider.Fixed(RightKey)), Ct);

        await using var ended = await second.SubscribeAsync(topic, Ct);
        await using var told = ended.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);

        Assert.True(await told.MoveNextAsync());
        Assert.Contains("1 connections", Assert.IsType<Interrupted>(told.Current).Reason.Description, StringComparison.Ordinal);
        Assert.True(await told.MoveNextAsync());
        Assert.IsType<Unconfirmed>(told.Current);
        Assert.Equal((1, 0), ((await first.GetStatusAsync(Ct)).ConfirmedTopics, (await first.GetStatusAsync(Ct)).UnconfirmedTopics));

        // Asked for again, it is confirmed and ended again, until there is room.
        await first.DisposeAsync();
        await AwaitAssertAsync(
            () =>
            {
                Assert.Single(exchange.Connections);
                Assert.Equal(1, exchange.Publish(topic, $$"""{"arg":{{Argument(topic)}},"data":[{}]}"""));
            },
            Deadline);
        while (told.Current is not TopicUpdate)
            Assert.True(await told.MoveNextAsync());
    }

    [Fact]
    public async Task The_count_is_of_connections_and_not_of_topics()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = Venue, UpdatesPerSecond = 0, MaxConnectionsPerChannel = 1 }, Ct);
        await using var client = await ConnectAsync(exchange);
        await using var orders = await client.SubscribeAsync([Okx.Orders("SPOT"), Okx.Orders("SWAP"), Okx.Account], Ct);

        await client.RequestRawAsync(Request("""{"op":"order","args":[{"instId":"BTC-USDT","side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}"""), Ct);

        await ReadInOrderAsync(orders, 1);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnconfirmedTopics);
    }

    [Fact]
    public async Task A_book_tick_by_tick_is_refused_beside_another_of_the_same_instrument_and_the_other_flows()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var book = await client.SubscribeAsync(Book, Ct);
        await using var others = await client.SubscribeAsync([Okx.OrderBookTickByTick("BTC-USDT"), Okx.OrderBookRpi("ETH-USDT")], Ct);

        var error = await Assert.ThrowsAsync<Errors.SubscriptionFailedException>(() => client.SubscribeAsync(Okx.OrderBookTickByTick("ETH-USDT"), Ct));

        Assert.Contains("64004", Assert.Single(error.Failures).Reason, StringComparison.Ordinal);
        await ReadInOrderAsync(book, 5);
        await ReadInOrderAsync(others, 5);
    }

    [Fact]
    public async Task Candles_are_on_the_business_socket_and_nowhere_else()
    {
        var candles = Okx.Candles("1m", "BTC-USDT");
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var business = await WebSocketClient.ConnectAsync(
            Sys, OptionsFor(exchange, "business") with { Url = new Uri(exchange.Url, "/ws/v5/business") }, new OkxHandler(OkxStream.Business), Ct);

        await Assert.ThrowsAsync<Errors.SubscriptionFailedException>(() => client.SubscribeAsync(candles, Ct));
        await Assert.ThrowsAsync<Errors.SubscriptionFailedException>(() => business.SubscribeAsync(Trades, Ct));
        await using var updates = await business.SubscribeAsync(candles, Ct);

        await foreach (var update in updates.WithCancellation(Ct))
        {
            var candle = JsonDocument.Parse(update.Payload).RootElement.GetProperty("data")[0];
            Assert.Equal((9, "0"), (candle.GetArrayLength(), candle[8].GetString()));
            Assert.Equal(0, long.Parse(candle[0].GetString()!, System.Globalization.CultureInfo.InvariantCulture) % 60_000);
            break;
        }

        await ReadInOrderAsync(updates, 5);
    }

    [Fact]
    public async Task Subscriptions_wait_where_OKX_would_end_the_connection_for_their_number_and_orders_do_not()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange, options => options with { Rates = Okx.CreateOptions(OkxStream.Private).Rates });
        // 240 at once, of which the login is one and 20 are left to further ones.
        for (var family = 1; family <= 219; family++)
            await client.SubscribeAsync(OrdersOf(family), Ct);

        var waiting = client.SubscribeAsync(OrdersOf(220), Ct);
        await client.RequestRawAsync(Request(Order), Ct);

        Assert.False(waiting.IsCompleted);
        Assert.Equal(219, Assert.Single(exchange.Connections).Received.Count(message => message.Text.Contains("\"subscribe\"", StringComparison.Ordinal)));

        static Topic OrdersOf(int family) => Okx.Of("orders", ("instType", "SWAP"), ("instFamily", $"COIN{family}-USD"));
    }

    [Theory]
    [InlineData("tickers?instId=BTC-USDT", true)]
    [InlineData("books5?instId=BTC-USDT", true)]
    [InlineData("books-rpi?instId=BTC-USDT", true)]
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

    private string Argument(Topic topic) => JsonNode.Parse(CreateHandler(CredentialsProvider.Fixed(RightKey)).Subscribe(topic))!["args"]![0]!.ToJsonString();

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
