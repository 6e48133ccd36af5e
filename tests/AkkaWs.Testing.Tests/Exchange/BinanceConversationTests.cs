using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

/// <summary>Binance's conversation without a client of ours.</summary>
public sealed class BinanceConversationTests
{
    private const string Key = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";
    private const string Trades = "btcusdt@aggTrade";
    private const string Quotes = "btcusdt@bookTicker";

    [Theory]
    [InlineData("/public/stream", Quotes)]
    [InlineData("/market/stream", Trades)]
    [InlineData("/stream", Quotes)]
    public async Task A_stream_of_futures_comes_on_its_route_alone_and_the_others_are_confirmed_in_silence(string path, string comes)
    {
        await using var exchange = await StartAsync(ExchangeVenue.BinanceUsdMargined);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, path));

        var answer = await client.AskAsync(Subscribe(Trades, Quotes));

        Assert.Equal((JsonValueKind.Null, 2), (answer.GetProperty("result").ValueKind, answer.GetProperty("id").GetInt32()));
        Assert.Equal([comes], exchange.Subscriptions);
        for (var i = 0; i < 20; i++)
            Assert.Equal(comes, (await client.ReceiveJsonAsync()).GetProperty("stream").GetString());
        await client.SendAsync("""{"method":"LIST_SUBSCRIPTIONS","id":4}""");
        var listed = await client.ReceiveJsonAsync(message => message.TryGetProperty("id", out _));
        Assert.Equal([Trades, Quotes], listed.GetProperty("result").EnumerateArray().Select(stream => stream.GetString()!));
    }

    [Theory]
    [InlineData("/private/stream", Trades)]
    [InlineData("/private/stream", Quotes)]
    [InlineData("/public/stream", Key)]
    [InlineData("/stream", Key)]
    [InlineData("/stream", Key + "@ORDER_TRADE_UPDATE")]
    public async Task Neither_market_data_on_the_private_route_nor_the_account_s_events_beside_it_ever_come(string path, string stream)
    {
        await using var exchange = await StartAsync(ExchangeVenue.BinanceUsdMargined);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, path));

        Assert.Equal(JsonValueKind.Null, (await client.AskAsync(Subscribe(stream))).GetProperty("result").ValueKind);

        Assert.Empty(exchange.Subscriptions);
    }

    [Fact]
    public async Task A_silent_stream_that_was_left_is_listed_no_more()
    {
        await using var exchange = await StartAsync(ExchangeVenue.BinanceUsdMargined, updatesPerSecond: 0);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(Subscribe(Trades));

        await client.AskAsync($$"""{"method":"UNSUBSCRIBE","params":["{{Trades}}"],"id":3}""");

        Assert.Equal(0, (await client.AskAsync("""{"method":"LIST_SUBSCRIPTIONS","id":4}""")).GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task Spot_brings_every_stream_on_one_connection()
    {
        await using var exchange = await StartAsync(ExchangeVenue.Binance);
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        await client.AskAsync(Subscribe(Trades, Quotes));

        Assert.Equal([Trades, Quotes], exchange.Subscriptions);
        Assert.Equal("/stream", exchange.Url.AbsolutePath);
    }

    [Theory]
    [InlineData(ExchangeVenue.Binance, "/stream?streams=btcusdt@trade/ethusdt@trade")]
    [InlineData(ExchangeVenue.Binance, "/ws/btcusdt@trade/ethusdt@trade")]
    [InlineData(ExchangeVenue.BinanceUsdMargined, "/public/stream?streams=btcusdt@trade/ethusdt@trade/btcusdt@aggTrade")]
    [InlineData(ExchangeVenue.BinanceUsdMargined, "/public/ws/btcusdt@trade/ethusdt@trade/btcusdt@aggTrade")]
    public async Task The_address_names_streams_and_plain_ones_come_without_their_name(ExchangeVenue venue, string address)
    {
        await using var exchange = await StartAsync(venue);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, address));

        var update = await client.ReceiveJsonAsync();

        Assert.Equal(["btcusdt@trade", "ethusdt@trade"], exchange.Subscriptions);
        var isPlain = address.Contains("/ws/", StringComparison.Ordinal);
        Assert.Equal(!isPlain, update.TryGetProperty("stream", out _));
        Assert.Equal("trade", (isPlain ? update : update.GetProperty("data")).GetProperty("e").GetString());
    }

    [Fact]
    public async Task The_account_s_events_come_to_the_listen_key_of_a_private_address_as_they_were_asked_for()
    {
        await using var exchange = await StartAsync(ExchangeVenue.BinanceUsdMargined);
        await using var some = await TestClient.ConnectAsync(new Uri(exchange.Url, $"/private/stream?listenKey={Key}&events=ORDER_TRADE_UPDATE/ACCOUNT_UPDATE"));
        await using var all = await TestClient.ConnectAsync(new Uri(exchange.Url, $"/private/ws?listenKey={Key}"));
        await using var balances = await TestClient.ConnectAsync(new Uri(exchange.Url, "/private/stream?listenKey=other&events=ACCOUNT_UPDATE"));
        foreach (var subscribed in new[] { Key, $"{Key}@ORDER_TRADE_UPDATE", "other@ACCOUNT_UPDATE" })
            await exchange.WaitForSubscriptionAsync(subscribed);
        await using var api = await TestClient.ConnectAsync(new Uri(exchange.Url, "/ws-fapi/v1"));

        var placed = await api.AskAsync(Order("LIMIT"));

        Assert.Equal("NEW", placed.GetProperty("result").GetProperty("status").GetString());
        var named = await some.ReceiveJsonAsync();
        var plain = await all.ReceiveJsonAsync();
        Assert.Equal($"{Key}@ORDER_TRADE_UPDATE", named.GetProperty("stream").GetString());
        Assert.All([named.GetProperty("data"), plain], happened => Assert.Equal(
            ("ORDER_TRADE_UPDATE", placed.GetProperty("result").GetProperty("orderId").GetInt64()),
            (happened.GetProperty("e").GetString(), happened.GetProperty("o").GetProperty("i").GetInt64())));
        Assert.Equal(["other@ACCOUNT_UPDATE", Key, $"{Key}@ACCOUNT_UPDATE", $"{Key}@ORDER_TRADE_UPDATE"], exchange.Subscriptions);
        Assert.Equal(0, exchange.Connections.Single(connection => connection.PathAndQuery.Contains("other", StringComparison.Ordinal)).SentCount);
    }

    [Fact]
    public async Task The_api_of_futures_gives_listen_keys_and_takes_no_stop_orders()
    {
        await using var exchange = await StartAsync(ExchangeVenue.BinanceUsdMargined);
        await using var api = await TestClient.ConnectAsync(new Uri(exchange.Url, "/ws-fapi/v1"));

        var started = await api.AskAsync("""{"id":"1","method":"userDataStream.start","params":{"apiKey":"simulator-key"}}""");
        var refused = await api.AskAsync(Order("STOP_MARKET"));
        var gone = await api.AskAsync("""{"id":"3","method":"userDataStream.subscribe"}""");

        Assert.Equal(64, started.GetProperty("result").GetProperty("listenKey").GetString()!.Length);
        Assert.Equal(-4120, refused.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(-1000, gone.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("btcusdt@kline_1m", "kline", "market")]
    [InlineData("btcusdt@miniTicker", "24hrMiniTicker", "market")]
    [InlineData("btcusdt@ticker", "24hrTicker", "market")]
    [InlineData("btcusdt@markPrice@1s", "markPriceUpdate", "market")]
    [InlineData("btcusdt@aggTrade", "aggTrade", "market")]
    [InlineData("btcusdt@trade", "trade", "public")]
    [InlineData("btcusdt@bookTicker", "bookTicker", "public")]
    [InlineData("btcusdt@depth5@100ms", "depthUpdate", "public")]
    [InlineData("btcusdt@depth@100ms", "depthUpdate", "public")]
    public async Task Each_event_of_futures_says_whose_product_it_is(string stream, string kind, string route)
    {
        await using var exchange = await StartAsync(ExchangeVenue.BinanceUsdMargined);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, $"/{route}/stream?streams={stream}"));

        var data = (await client.ReceiveJsonAsync()).GetProperty("data");

        Assert.Equal((kind, 1, "BTCUSDT"), (data.GetProperty("e").GetString(), data.GetProperty("st").GetInt32(), data.GetProperty("ps").GetString()));
    }

    [Theory]
    [InlineData("btcusdt@kline_1m", """{"t":0,"T":0,"s":"","i":"1m","o":"","c":"","h":"","l":"","v":"","x":false,"q":""}""")]
    [InlineData("btcusdt@miniTicker", """{"e":"24hrMiniTicker","E":0,"s":"","c":"","o":"","h":"","l":"","v":"","q":""}""")]
    [InlineData("btcusdt@bookTicker", """{"u":0,"s":"","b":"","B":"","a":"","A":""}""")]
    public async Task Candles_small_tickers_and_quotes_of_spot_have_the_fields_of_the_venue(string stream, string like)
    {
        await using var exchange = await StartAsync(ExchangeVenue.Binance);
        await using var client = await TestClient.ConnectAsync(new Uri(exchange.Url, $"/stream?streams={stream}"));

        // A candle whose time is over says so.
        var data = (await client.ReceiveJsonAsync(message => !message.ToString().Contains("\"x\":true", StringComparison.Ordinal))).GetProperty("data");

        var found = data.TryGetProperty("k", out var candle) ? candle : data;
        Assert.Equal(
            JsonDocument.Parse(like).RootElement.EnumerateObject().Select(field => (field.Name, field.Value.ValueKind)),
            found.EnumerateObject().Select(field => (field.Name, field.Value.ValueKind)));
        if (candle.ValueKind == JsonValueKind.Object)
            Assert.Equal(60_000, candle.GetProperty("T").GetInt64() - candle.GetProperty("t").GetInt64() + 1);
    }

    [Fact]
    public async Task A_listen_token_subscribes_a_margin_account_s_events_and_an_empty_one_is_refused()
    {
        await using var exchange = await StartAsync(ExchangeVenue.Binance, updatesPerSecond: 0);
        await using var api = await TestClient.ConnectAsync(new Uri(exchange.Url, "/ws-api/v3"));

        var refused = await api.AskAsync("""{"id":"1","method":"userDataStream.subscribe.listenToken","params":{"listenToken":""}}""");
        var subscribed = await api.AskAsync("""{"id":"2","method":"userDataStream.subscribe.listenToken","params":{"listenToken":"6xXxePXwZRjVSHKhzUCC+/"}}""");

        Assert.Equal(-1209, refused.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(0, subscribed.GetProperty("result").GetProperty("subscriptionId").GetInt32());
        Assert.Equal(["userData"], exchange.Subscriptions);
    }

    private static Task<ExchangeSimulator> StartAsync(ExchangeVenue venue, double updatesPerSecond = 500) =>
        ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = venue, UpdatesPerSecond = updatesPerSecond });

    private static string Subscribe(params string[] streams) => $$"""{"method":"SUBSCRIBE","params":[{{string.Join(',', streams.Select(stream => $"\"{stream}\""))}}],"id":2}""";

    private static string Order(string type)
    {
        SortedDictionary<string, string> parameters = new(StringComparer.Ordinal)
        {
            ["apiKey"] = "simulator-key",
            ["symbol"] = "BTCUSDT",
            ["side"] = "BUY",
            ["type"] = type,
            ["quantity"] = "0.1",
            ["price"] = "30000",
            ["timestamp"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        };
        var payload = string.Join('&', parameters.Select(parameter => $"{parameter.Key}={parameter.Value}"));
        parameters["signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("simulator-secret"), Encoding.UTF8.GetBytes(payload)));
        return JsonSerializer.Serialize(new { id = "o", method = "order.place", @params = parameters });
    }
}
