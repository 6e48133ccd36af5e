using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

public sealed class BybitOrderTests
{
    private const string MarketBuy = """{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.5","orderLinkId":"mine"}""";
    private const string RestingBuy = """{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Limit","qty":"0.2","price":"2800","timeInForce":"PostOnly"}""";
    private static readonly ExchangeSimulatorOptions Quiet = new() { UpdatesPerSecond = 0 };

    [Fact]
    public async Task A_filled_order_is_acknowledged_and_then_pushed_to_the_private_topics()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await LoggedInAsync(exchange);
        await client.AskAsync(BybitClient.Subscribe("order", "execution", "execution.fast", "wallet", "position"));

        await client.SendAsync(BybitClient.Order("r1", "order.create", MarketBuy));

        var ack = await client.ReceiveJsonAsync();
        Assert.Equal("reqId retCode retMsg op data retExtInfo header connId", BybitConversationTests.Names(ack));
        Assert.Equal(("r1", "OK", "order.create"), (Text(ack, "reqId"), Text(ack, "retMsg"), Text(ack, "op")));
        Assert.Equal(0, ack.GetProperty("retCode").GetInt32());
        var id = Text(ack.GetProperty("data"), "orderId");
        var order = await PushAsync(client, "order");
        Assert.Equal((id, "mine", "Filled", "0.5"), (Text(order, "orderId"), Text(order, "orderLinkId"), Text(order, "orderStatus"), Text(order, "cumExecQty")));
        Assert.Equal(id, Text(await PushAsync(client, "execution"), "orderId"));
        Assert.Equal(id, Text(await PushAsync(client, "execution.fast"), "orderId"));
        var position = await PushAsync(client, "position");
        Assert.Equal(("Buy", "0.5"), (Text(position, "side"), Text(position, "size")));
        Assert.True(decimal.Parse(Text(await PushAsync(client, "wallet"), "totalEquity")!, CultureInfo.InvariantCulture) < 100_000m);
    }

    [Fact]
    public async Task A_resting_order_can_be_amended_and_cancelled_once()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await LoggedInAsync(exchange);
        await client.AskAsync(BybitClient.Subscribe("order"));

        await client.SendAsync(BybitClient.Order("1", "order.create", RestingBuy));
        var id = Text((await client.ReceiveOperationAsync("order.create")).GetProperty("data"), "orderId");
        Assert.Equal("New", Text(await PushAsync(client, "order"), "orderStatus"));
        await client.SendAsync(BybitClient.Order("2", "order.amend", $$"""{"category":"linear","symbol":"ETHUSDT","orderId":"{{id}}","price":"2700"}"""));
        Assert.Equal(id, Text((await client.ReceiveOperationAsync("order.amend")).GetProperty("data"), "orderId"));
        Assert.Equal("2700", Text(await PushAsync(client, "order"), "price"));
        await client.SendAsync(BybitClient.Order("3", "order.cancel", $$"""{"category":"linear","symbol":"ETHUSDT","orderId":"{{id}}"}"""));
        await client.ReceiveOperationAsync("order.cancel");
        Assert.Equal("Cancelled", Text(await PushAsync(client, "order"), "orderStatus"));

        await client.SendAsync(BybitClient.Order("4", "order.cancel", $$"""{"category":"linear","symbol":"ETHUSDT","orderId":"{{id}}"}"""));

        Assert.Equal(110001, (await client.ReceiveOperationAsync("order.cancel")).GetProperty("retCode").GetInt32());
    }

    [Fact]
    public async Task An_order_reaches_the_private_topics_of_other_connections_of_the_account()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var trade = await LoggedInAsync(exchange, "/v5/trade");
        await using var account = await LoggedInAsync(exchange);
        await account.AskAsync(BybitClient.Subscribe("execution"));

        var ack = await trade.AskAsync(BybitClient.Order("1", "order.create", MarketBuy));

        Assert.Equal(Text(ack.GetProperty("data"), "orderId"), Text(await PushAsync(account, "execution"), "orderId"));
    }

    [Fact]
    public async Task An_order_without_login_is_refused()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, "/v5/trade"));

        Assert.Equal(10003, (await client.AskAsync(BybitClient.Order("1", "order.create", MarketBuy))).GetProperty("retCode").GetInt32());
    }

    [Theory]
    [InlineData("""{"symbol":"NOPE","side":"Buy","orderType":"Market","qty":"1"}""", "symbol")]
    [InlineData("""{"symbol":"BTCUSDT","side":"Up","orderType":"Market","qty":"1"}""", "side")]
    [InlineData("""{"symbol":"BTCUSDT","side":"Buy","orderType":"Stop","qty":"1"}""", "orderType")]
    [InlineData("""{"symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"-1"}""", "qty")]
    [InlineData("""{"symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"1"}""", "price")]
    [InlineData("17", "args")]
    public async Task A_bad_order_is_refused_and_its_field_named(string arguments, string field)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await LoggedInAsync(exchange);

        var reply = await client.AskAsync(BybitClient.Order("1", "order.create", arguments));

        Assert.Equal(10001, reply.GetProperty("retCode").GetInt32());
        Assert.Contains(field, Text(reply, "retMsg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_used_request_id_and_a_stale_clock_are_refused()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await LoggedInAsync(exchange);
        await client.AskAsync(BybitClient.Order("1", "order.create", RestingBuy));

        Assert.Equal(20006, (await client.AskAsync(BybitClient.Order("1", "order.create", RestingBuy))).GetProperty("retCode").GetInt32());
        var stale = $$"""{"reqId":"2","header":{"X-BAPI-TIMESTAMP":"1711001595207","X-BAPI-RECV-WINDOW":"8000"},"op":"order.create","args":[{{RestingBuy}}]}""";
        Assert.Equal(10002, (await client.AskAsync(stale)).GetProperty("retCode").GetInt32());
    }

    [Theory]
    [InlineData("Buy", "1", "PostOnly", "New")]
    [InlineData("Buy", "99999", "PostOnly", "Cancelled")]
    [InlineData("Buy", "99999", "GTC", "Filled")]
    [InlineData("Sell", "1", "IOC", "Filled")]
    [InlineData("Sell", "99999", "FOK", "Cancelled")]
    public async Task A_limit_order_meets_the_book_as_its_time_in_force_says(string side, string price, string timeInForce, string status)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await LoggedInAsync(exchange);
        await client.AskAsync(BybitClient.Subscribe("order"));

        await client.SendAsync(BybitClient.Order("1", "order.create", $$"""{"symbol":"BTCUSDT","side":"{{side}}","orderType":"Limit","qty":"1","price":"{{price}}","timeInForce":"{{timeInForce}}"}"""));

        Assert.Equal(status, Text(await PushAsync(client, "order"), "orderStatus"));
    }

    [Fact]
    public void A_position_that_turns_realises_the_profit_of_what_it_closed()
    {
        var account = new BybitAccount();
        account.Fill(Filled(buy: true, size: 2, price: 100));
        account.Fill(Filled(buy: true, size: 2, price: 110));
        Assert.Equal((4m, 105m), (account.Position("X").Size, account.Position("X").EntryPrice));

        account.Fill(Filled(buy: false, size: 6, price: 115));

        Assert.Equal((-2m, 115m), (account.Position("X").Size, account.Position("X").EntryPrice));
        var fees = (200m + 220m + 690m) * BybitAccount.TakerFee;
        Assert.Equal(40m - fees, account.RealisedPnl);
        Assert.Equal(100_040m - fees, account.Balance);
    }

    private static BybitOrder Filled(bool buy, decimal size, decimal price) =>
        new("id", "", "linear", "X", buy, true, 0, size, "IOC", 0) { Status = BybitOrder.Filled, FilledPrice = price };

    private static async Task<TestClient> LoggedInAsync(ExchangeSimulator exchange, string path = "/v5/private")
    {
        var client = await TestClient.ConnectAsync(new Uri(exchange.Url, path));
        await client.AskAsync(BybitClient.Login(Quiet));
        return client;
    }

    private static async Task<JsonElement> PushAsync(TestClient client, string topic) => (await client.ReceiveTopicAsync(topic)).GetProperty("data")[0];

    private static string? Text(JsonElement element, string name) => BybitConversationTests.Text(element, name);
}
