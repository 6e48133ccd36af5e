using System.Text.Json;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

public sealed class DeribitVenueTests : VenueTest
{
    protected override ExchangeVenue Venue => ExchangeVenue.Deribit;

    protected override Topic Trades => Deribit.Trades("BTC-PERPETUAL");

    protected override Topic Book => Deribit.OrderBook("ETH-PERPETUAL");

    protected override Topic NoSuchTopic => Deribit.Trades("NO-SUCH");

    protected override string Order => """{"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","amount":10,"type":"limit","price":30000}}""";

    protected override string BadOrder => """{"method":"private/buy","params":{"instrument_name":"NO-SUCH","amount":10,"type":"limit","price":30000}}""";

    protected override WebSocketClientOptions CreateOptions(string name) => Deribit.CreateOptions(name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new DeribitHandler(credentials);

    [Fact]
    public async Task The_account_hears_of_its_orders()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        await using var orders = await client.SubscribeAsync(Deribit.UserOrders("BTC-PERPETUAL"), Ct);

        await client.RequestRawAsync(Request(Order), Ct);

        await ReadInOrderAsync(orders, 1);
    }

    [Fact]
    public async Task A_test_request_is_answered_at_once()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        await using var trades = await client.SubscribeAsync(Trades, Ct);

        exchange.Publish(Trades.Value, """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""");

        await exchange.WaitForMessageAsync(message => message.Text.Contains("public/test", StringComparison.Ordinal), "an answer", Deadline, Ct);
    }

    [Fact]
    public async Task Quotes_candles_and_grouped_books_flow()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        Topic[] topics = [Deribit.Quotes("BTC-PERPETUAL"), Deribit.Candles("1", "BTC-PERPETUAL"), Deribit.Candles("1D", "ETH-PERPETUAL"), Deribit.OrderBookTop(10, "ETH-PERPETUAL", "25")];
        await using var updates = await client.SubscribeAsync(topics, Ct);

        await ReadInOrderAsync(updates, 50);
        await ReadUntilAsync(updates, epoch: 1);
    }

    [Fact]
    public async Task Changes_of_a_book_link_to_each_other_and_apply_to_its_snapshot()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Book, Ct);
        Dictionary<decimal, decimal> bids = [], asks = [];
        long last = 0;
        var count = 0;
        await foreach (var update in updates.WithCancellation(Ct))
        {
            var data = JsonDocument.Parse(update.Payload).RootElement.GetProperty("params").GetProperty("data");
            if (count == 0)
                Assert.Equal("snapshot", data.GetProperty("type").GetString());
            else
                Assert.Equal(last, data.GetProperty("prev_change_id").GetInt64());
            Assert.Equal(last = data.GetProperty("change_id").GetInt64(), update.SourceSequence);
            Apply(bids, data.GetProperty("bids"));
            Apply(asks, data.GetProperty("asks"));
            Assert.Equal((100, 100), (bids.Count, asks.Count));
            Assert.True(bids.Keys.Max() < asks.Keys.Min());
            if (++count == 100)
                break;
        }
    }

    private static void Apply(Dictionary<decimal, decimal> side, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
        {
            var price = level[1].GetDecimal();
            switch (level[0].GetString())
            {
                case "new":
                    Assert.True(side.TryAdd(price, level[2].GetDecimal()));
                    break;
                case "change":
                    Assert.True(side.ContainsKey(price));
                    side[price] = level[2].GetDecimal();
                    break;
                default:
                    Assert.True(side.Remove(price));
                    break;
            }
        }
    }
}
