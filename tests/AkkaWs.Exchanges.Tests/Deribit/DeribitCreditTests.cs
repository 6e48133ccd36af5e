using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Deribit's own options against a venue that ends the session of who asks for more than its credits allow.</summary>
public sealed class DeribitCreditTests : SimulatedTest
{
    // At once the venue takes 10 subscribe messages, and 20 orders.
    private const int Subscriptions = 14;
    private const int Orders = 26;

    protected override ExchangeVenue Venue => ExchangeVenue.Deribit;

    protected override WebSocketClientOptions CreateOptions(string name) => Deribit.CreateOptions(name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new DeribitHandler(credentials);

    [Fact]
    public async Task Topics_that_are_subscribed_one_by_one_keep_within_the_credits()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange, AsTheyAre);

        foreach (var topic in Topics(Subscriptions))
            await client.SubscribeAsync(topic, Ct);

        Assert.Equal((1, Subscriptions), (exchange.ConnectionHistory.Count, exchange.Subscriptions.Count));
    }

    [Fact]
    public async Task Hundreds_of_topics_are_restored_within_the_credits()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(
            new ExchangeSimulatorOptions { Venue = Venue, UpdatesPerSecond = 0, Symbols = [.. Enumerable.Range(0, 600).Select(i => $"X{i}-PERPETUAL")] }, Ct);
        await using var client = await ConnectAsync(exchange, AsTheyAre);
        var topics = Enumerable.Range(0, 600).Select(i => Deribit.Trades($"X{i}-PERPETUAL")).ToList();
        await Task.WhenAll(topics.Select(topic => client.SubscribeAsync(topic, Ct)));

        for (var drop = 1; drop <= 3; drop++)
        {
            await exchange.DropAllAsync();
            await AwaitConditionAsync(async () => exchange.ConnectionHistory.Count > drop && (await client.GetStatusAsync(Ct)).ConfirmedTopics == topics.Count, Deadline, cancellationToken: Ct);
        }

        Assert.Equal(4, exchange.ConnectionHistory.Count);
    }

    [Fact]
    public async Task Orders_that_come_all_at_once_keep_within_the_credits_and_leave_other_calls_alone()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange, AsTheyAre);

        var orders = Enumerable.Range(0, Orders).Select(i => client.RequestRawAsync(Request($$$"""{"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","price":{{{1_000 + i}}},"amount":10,"type":"limit"}}"""), Ct)).ToList();
        await client.RequestRawAsync(Request("""{"method":"public/test","params":{}}"""), Ct);
        Assert.Contains(orders, order => !order.IsCompleted);

        await Task.WhenAll(orders);
        Assert.Single(exchange.ConnectionHistory);
    }

    [Fact]
    public async Task Subscribe_messages_of_the_callers_own_keep_within_the_credits_by_their_priority()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange, AsTheyAre);

        await Task.WhenAll(Topics(Subscriptions).Select(topic => client.RequestRawAsync(
            Request($$$"""{"method":"public/subscribe","params":{"channels":["{{{topic.Value}}}"]}}""") with { Priority = MessagePriority.Subscribe }, Ct)));

        Assert.Equal((1, Subscriptions), (exchange.ConnectionHistory.Count, exchange.Subscriptions.Count));
    }

    [Theory]
    [InlineData("""{"method":"private/buy","params":{}}""", true)]
    [InlineData("""{"params":{},"method":"private/cancel_all"}""", true)]
    [InlineData("""{"method":"private/edit_by_label","params":{}}""", true)]
    [InlineData("""{"method":"private/add_block_rfq_quote","params":{}}""", true)]
    [InlineData("""{"method":"private/edit_block_rfq_quote","params":{}}""", true)]
    [InlineData("""{"method":"private/cancel_block_rfq_quote","params":{}}""", true)]
    [InlineData("""{"method":"private/cancel_all_block_rfq_quotes","params":{}}""", true)]
    [InlineData("""{"method":"private/get_positions","params":{}}""", false)]
    [InlineData("""{"method":"private/buy_more","params":{}}""", false)]
    [InlineData("""{"params":{}}""", false)]
    [InlineData("no json", false)]
    public void Calls_to_the_matching_engine_are_orders(string payload, bool isOrder) => Assert.Equal(isOrder, new DeribitHandler().IsOrder(payload.Utf8()));

    // The simulated test's own options have no limits.
    private static WebSocketClientOptions AsTheyAre(WebSocketClientOptions options) => options with { Rates = Deribit.CreateOptions().Rates, Requests = new RequestOptions { Timeout = Deadline } };

    private static IEnumerable<Topic> Topics(int count) => new[] { "BTC-PERPETUAL", "ETH-PERPETUAL", "SOL_USDC-PERPETUAL", "XRP_USDC-PERPETUAL" }
        .SelectMany(instrument => new[] { Deribit.Trades(instrument), Deribit.Ticker(instrument), Deribit.OrderBook(instrument), Deribit.Quotes(instrument) })
        .Take(count);
}
