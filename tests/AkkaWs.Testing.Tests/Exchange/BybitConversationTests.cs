using System.Text.Json;

namespace AkkaWs.Testing.Tests;

public sealed class BybitConversationTests
{
    private static readonly ExchangeSimulatorOptions Quiet = new() { UpdatesPerSecond = 0 };

    [Fact]
    public async Task A_subscription_is_acknowledged_with_its_id()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        var ack = await client.AskAsync(BybitClient.Subscribe("orderbook.1.BTCUSDT", "publicTrade.ETHUSDT"));

        Assert.Equal("success ret_msg conn_id req_id op", Names(ack));
        Assert.True(ack.GetProperty("success").GetBoolean());
        Assert.Equal(("subscribe", "7", "subscribe"), (Text(ack, "ret_msg"), Text(ack, "req_id"), Text(ack, "op")));
        Assert.Equal(exchange.Connections[0].ConnectionId, Text(ack, "conn_id"));
        Assert.Equal(["orderbook.1.BTCUSDT", "publicTrade.ETHUSDT"], exchange.Subscriptions);
        Assert.Equal(exchange.Subscriptions.ToHashSet(), exchange.Connections[0].Topics);
    }

    [Fact]
    public async Task A_number_as_id_comes_back_as_a_string()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        Assert.Equal("12", Text(await client.AskAsync("""{"req_id":12,"op":"ping"}"""), "req_id"));
    }

    [Theory]
    [InlineData("linear", "orderbook.50.NOPEUSDT", "error:handler not found,topic:orderbook.50.NOPEUSDT")]
    [InlineData("linear", "orderbook.30.BTCUSDT", "error:handler not found,topic:orderbook.30.BTCUSDT")]
    [InlineData("linear", "orderbook.500.BTCUSDT", "error:handler not found,topic:orderbook.500.BTCUSDT")]
    [InlineData("linear", "orderbook.25.BTCUSDT", "error:handler not found,topic:orderbook.25.BTCUSDT")]
    [InlineData("inverse", "orderbook.100.BTCUSDT", "error:handler not found,topic:orderbook.100.BTCUSDT")]
    [InlineData("spot", "orderbook.500.BTCUSDT", "Invalid topic :[orderbook.500.BTCUSDT]")]
    [InlineData("linear", "system.status", "error:handler not found,topic:system.status")]
    [InlineData("misc/status", "tickers.BTCUSDT", "error:handler not found,topic:tickers.BTCUSDT")]
    [InlineData("linear", "kline.7.BTCUSDT", "error:handler not found,topic:kline.7.BTCUSDT")]
    [InlineData("linear", "nonsense", "error:handler not found,topic:nonsense")]
    [InlineData("linear", "order", "error:handler not found,topic:order")]
    [InlineData("spot", "tickers.NOPEUSDT", "Invalid symbol :[tickers.NOPEUSDT]")]
    [InlineData("spot", "bookticker.BTCUSDT", "Invalid topic :[bookticker.BTCUSDT]")]
    public async Task An_unknown_topic_rejects_the_whole_request_and_is_named(string market, string topic, string message)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, $"/v5/public/{market}"));

        var ack = await client.AskAsync(BybitClient.Subscribe("tickers.BTCUSDT", topic));

        Assert.Equal((false, message), (ack.GetProperty("success").GetBoolean(), Text(ack, "ret_msg")));
        Assert.Empty(exchange.Subscriptions);
    }

    [Fact]
    public async Task A_topic_subscribed_twice_is_an_error_and_stays_subscribed()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe("publicTrade.BTCUSDT"));

        var ack = await client.AskAsync(BybitClient.Subscribe("publicTrade.BTCUSDT"));

        Assert.Equal((false, "error:already subscribed,topic:publicTrade.BTCUSDT"), (ack.GetProperty("success").GetBoolean(), Text(ack, "ret_msg")));
        Assert.Equal(["publicTrade.BTCUSDT"], exchange.Subscriptions);
    }

    [Fact]
    public async Task An_unsubscribed_topic_falls_silent()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe("publicTrade.BTCUSDT"));

        var ack = await client.AskAsync(BybitClient.Unsubscribe("publicTrade.BTCUSDT"));

        Assert.Equal((true, "unsubscribe"), (ack.GetProperty("success").GetBoolean(), Text(ack, "op")));
        Assert.Equal(0, exchange.Publish("publicTrade.BTCUSDT", "{}"));
        await exchange.WaitForNoSubscriptionAsync("publicTrade.BTCUSDT");
    }

    [Fact]
    public async Task The_status_socket_has_its_one_topic()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, "/v5/public/misc/status"));

        Assert.True((await client.AskAsync(BybitClient.Subscribe("system.status"))).GetProperty("success").GetBoolean());
        Assert.Equal(1, exchange.Publish("system.status", """{"topic":"system.status","ts":1,"data":[]}"""));
        Assert.Equal(0, (await client.ReceiveTopicAsync("system.status")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task The_options_socket_has_its_own_depths_and_no_others()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, "/v5/public/option"));

        await client.AskAsync(BybitClient.Subscribe("orderbook.25.BTCUSDT", "orderbook.100.BTCUSDT", "orderbook.50.BTCUSDT", "orderbook.1.BTCUSDT"));

        Assert.Equal(["orderbook.100.BTCUSDT", "orderbook.25.BTCUSDT"], exchange.Subscriptions);
    }

    [Theory]
    [InlineData("option")]
    [InlineData("spread")]
    public async Task The_sockets_of_options_and_spreads_say_per_topic_what_succeeded(string market)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, $"/v5/public/{market}"));

        var ack = await client.AskAsync(BybitClient.Subscribe("orderbook.25.BTCUSDT", "orderbook.25.NOPE", "tickers.BTCUSDT"));

        Assert.False(ack.GetProperty("success").GetBoolean());
        Assert.Equal("COMMAND_RESP", Text(ack, "type"));
        Assert.Equal(["orderbook.25.NOPE"], ack.GetProperty("data").GetProperty("failTopics").EnumerateArray().Select(topic => topic.GetString()));
        Assert.Equal(["orderbook.25.BTCUSDT", "tickers.BTCUSDT"], exchange.Subscriptions);
    }

    [Theory]
    [InlineData("/v5/public/linear", """{"req_id":"a","op":"ping"}""", "success ret_msg conn_id req_id op")]
    [InlineData("/v5/private", """{"req_id":"a","op":"ping"}""", "req_id op args conn_id")]
    [InlineData("/v5/trade", """{"reqId":"a","op":"ping"}""", "reqId retCode retMsg op data connId")]
    public async Task A_ping_is_answered_in_the_shape_of_its_socket(string path, string ping, string names)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, path));

        var pong = await client.AskAsync(ping);

        Assert.Equal(names, Names(pong));
        Assert.Equal("pong", path.Contains("public", StringComparison.Ordinal) ? Text(pong, "ret_msg") : Text(pong, "op"));
    }

    [Theory]
    [InlineData("this is no JSON", "Failed to decode incoming data")]
    [InlineData("[1,2]", "Failed to decode incoming data")]
    [InlineData("""{"op":"nope"}""", "error:invalid op")]
    [InlineData("""{"op":"subscribe","args":[]}""", "Params Error")]
    [InlineData("""{"op":"subscribe","args":[{"a":1}]}""", "error:handler not found")]
    public async Task What_cannot_be_understood_is_answered_and_the_socket_stays_open(string message, string answer)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        var reply = await client.AskAsync(message);

        Assert.False(reply.GetProperty("success").GetBoolean());
        Assert.StartsWith(answer, Text(reply, "ret_msg"), StringComparison.Ordinal);
        Assert.True((await client.AskAsync("""{"op":"ping"}""")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task A_right_signature_logs_in()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, "/v5/private"));

        var reply = await client.AskAsync(BybitClient.Login(Quiet));

        Assert.Equal((true, "auth", "login"), (reply.GetProperty("success").GetBoolean(), Text(reply, "op"), Text(reply, "req_id")));
        Assert.True(exchange.Connections[0].IsAuthenticated);
        Assert.True((await client.AskAsync(BybitClient.Subscribe("order"))).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task The_trade_socket_answers_a_login_with_a_code()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, "/v5/trade"));

        Assert.Equal(10004, (await client.AskAsync(BybitClient.Login(Quiet, signature: "00ff"))).GetProperty("retCode").GetInt32());
        var reply = await client.AskAsync(BybitClient.Login(Quiet, idName: "reqId"));
        Assert.Equal("reqId retCode retMsg op connId", Names(reply));
        Assert.Equal(0, reply.GetProperty("retCode").GetInt32());
        Assert.Equal(20001, (await client.AskAsync(BybitClient.Login(Quiet))).GetProperty("retCode").GetInt32());
    }

    [Fact]
    public async Task A_wrong_signature_an_expired_login_and_a_rejected_one_fail_and_private_topics_stay_closed()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, "/v5/private"));

        foreach (var login in new[] { BybitClient.Login(Quiet, signature: "00ff"), BybitClient.Login(Quiet, TimeSpan.FromSeconds(-1)), BybitClient.Login(Quiet with { ApiKey = "other" }) })
            Assert.False((await client.AskAsync(login)).GetProperty("success").GetBoolean());
        exchange.RejectLogins("Your IP is banned");
        Assert.Equal("Your IP is banned", Text(await client.AskAsync(BybitClient.Login(Quiet)), "ret_msg"));

        Assert.False(exchange.Connections[0].IsAuthenticated);
        Assert.Equal("Request not authorized", Text(await client.AskAsync(BybitClient.Subscribe("wallet")), "ret_msg"));
        exchange.AcceptLogins();
        Assert.True((await client.AskAsync(BybitClient.Login(Quiet))).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Named_topics_are_rejected_on_command()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        exchange.RejectTopics("tickers.BTCUSDT");

        Assert.False((await client.AskAsync(BybitClient.Subscribe("tickers.BTCUSDT"))).GetProperty("success").GetBoolean());
        Assert.True((await client.AskAsync(BybitClient.Subscribe("publicTrade.ETHUSDT"))).GetProperty("success").GetBoolean());
        exchange.RejectTopics();
        Assert.True((await client.AskAsync(BybitClient.Subscribe("tickers.BTCUSDT"))).GetProperty("success").GetBoolean());
    }

    internal static string Names(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(property => property.Name));

    internal static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
