using System.Net;
using System.Text.Json.Nodes;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Messages of Binance's documentation (https://developers.binance.com/docs/binance-spot-api-docs).</summary>
public sealed class BinanceHandlerTests
{
    // The example keys that Binance publishes to check signatures with.
    private static readonly ApiCredentials Published = new(
        "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A", "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j");

    private readonly BinanceStreamsHandler _streams = new();
    private readonly BinanceApiHandler _api = new(CredentialsProvider.Fixed(Published), clock: new FixedTime(1_645_423_376_532));

    [Theory]
    [InlineData("""{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":157,"u":160,"b":[],"a":[]}}""", "Update btcusdt@depth")]
    [InlineData("""{"stream":"!miniTicker@arr","data":[{"e":"24hrMiniTicker"}]}""", "Update !miniTicker@arr")]
    [InlineData("""{ "data":{}, "stream":"btcusdt@trade" }""", "Update btcusdt@trade")]
    [InlineData("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1","data":{"e":"ORDER_TRADE_UPDATE"}}""", "Update userData")]
    [InlineData("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1","data":{"e":"listenKeyExpired","E":1}}""", "System")]
    [InlineData("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1@ORDER_TRADE_UPDATE","data":{"e":"ORDER_TRADE_UPDATE"}}""", "Update userData")]
    [InlineData("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1@somethingNew","data":{"e":"somethingNew"}}""", "Update userData")]
    [InlineData("""{"data":{"e":"ACCOUNT_UPDATE"},"stream":"abc@ACCOUNT_UPDATE"}""", "Update userData")]
    [InlineData("""{"stream":"abc@listenKeyExpired","data":{"e":"listenKeyExpired","E":1}}""", "System")]
    [InlineData("""{"result":["abc@ORDER_TRADE_UPDATE"],"id":2}""", "Response 1")]
    [InlineData("""{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}""", "System")]
    [InlineData("""{"e":"serverShutdown","E":1770123456789}""", "System")]
    [InlineData("""{"result":null,"id":2}""", "Control")]
    [InlineData("""{"error":{"code":2,"msg":"Invalid request: missing field"},"id":4}""", "Control")]
    [InlineData("""{"code":2,"msg":"Invalid request","id":6}""", "Control")]
    [InlineData("""{"result":["btcusdt@aggTrade"],"id":3}""", "Response 1")]
    [InlineData("""{"result":null,"id":5}""", "Response 2")]
    [InlineData("""{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}""", "System")]
    [InlineData("""{"e":"trade"}""", "Unknown")]
    [InlineData("""{"stream":"btc""", "Unknown")]
    [InlineData("", "Unknown")]
    public void Each_message_of_the_streams_is_what_Binance_means_by_it(string message, string meaning) => Assert.Equal(meaning, _streams.Describe(message));

    [Theory]
    [InlineData("btcusdt@ticker", true)]
    [InlineData("btcusdt@bookTicker", true)]
    [InlineData("btcusdt@depth5@100ms", true)]
    [InlineData("btcusdt@depth@100ms", true)]
    [InlineData("btcusdt@trade", false)]
    [InlineData("btcusdt@aggTrade", false)]
    [InlineData("btcusdt@kline_1m", false)]
    [InlineData("userData", false)]
    public void Tickers_and_books_have_a_default_age(string topic, bool has) => Assert.Equal(has ? TimeSpan.FromSeconds(60) : null, _streams.DefaultMaxAgeOf(topic));

    [Theory]
    [InlineData("""{"id":"e2a85d9f-07a5-4f94-8d5f-789dc3deb097","status":200,"result":{"symbol":"BTCUSDT"},"rateLimits":[]}""", "Response e2a85d9f-07a5-4f94-8d5f-789dc3deb097")]
    [InlineData("""{"id":"sub-1","status":200,"result":{"subscriptionId":0}}""", "Control")]
    [InlineData("""{"id":"log-1","status":200,"result":{"apiKey":"k","authorizedSince":1}}""", "System")]
    [InlineData("""{"subscriptionId":0,"event":{"e":"outboundAccountPosition","E":1728972148778}}""", "Update userData")]
    [InlineData("""{"event":{"e":"executionReport"},"subscriptionId":3}""", "Update userData")]
    [InlineData("""{"event":{"e":"serverShutdown","E":1770123456789}}""", "System")]
    [InlineData("""{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1}}""", "System")]
    [InlineData("""{"id":null,"status":401,"error":{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}}""", "System")]
    [InlineData("""{"hello":1}""", "Unknown")]
    [InlineData("{", "Unknown")]
    public void Each_message_of_the_api_is_what_Binance_means_by_it(string message, string meaning) => Assert.Equal(meaning, _api.Describe(message));

    [Fact]
    public void A_subscribe_message_has_at_most_4_096_bytes() => Assert.Equal(4_096, _streams.MaxSubscribeBytes);

    [Theory]
    [InlineData("sub-1", true)]
    [InlineData("log-1", true)]
    [InlineData("subtle", false)]
    [InlineData("1", false)]
    public void Ids_that_begin_as_those_of_subscriptions_and_logons_do_are_no_callers(string id, bool isOwn) => Assert.Equal(isOwn, _api.IsOwnId(id));

    [Fact]
    public void Subscriptions_have_even_ids_and_requests_odd_ones()
    {
        Assert.Equal("""{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@depth@100ms"],"id":14}""",
            _streams.BuildSubscribe([Binance.AggregateTrades("BTCUSDT"), Binance.OrderBookChanges("BTCUSDT")], "7").Text());
        Assert.Equal("""{"id":15,"method":"LIST_SUBSCRIPTIONS"}""", _streams.EncodeRequest("7", """{"method":"LIST_SUBSCRIPTIONS"}""".Utf8()).Text());
        Assert.Equal("7", _streams.Acknowledge("""{"result":null,"id":14}""").RequestId);
        Assert.Equal("Invalid request (code 2)", _streams.Acknowledge("""{"error":{"code":2,"msg":"Invalid request"},"id":14}""").Rejection);
    }

    [Fact]
    public async Task The_listen_key_stands_for_the_accounts_events_and_is_asked_for_on_each_connect()
    {
        var source = new CountingKeys();
        var handler = new BinanceStreamsHandler(source);
        var configured = new ConnectionEndpoint(new Uri("wss://dstream.binance.com/stream"), []);

        await handler.GetEndpointAsync(configured, default);
        await handler.GetEndpointAsync(configured, default);

        Assert.Equal("""{"method":"SUBSCRIBE","params":["key2"],"id":2}""", handler.BuildSubscribe([Binance.UserData], "1").Text());
        Assert.DoesNotContain("key2", handler.ToString(), StringComparison.Ordinal);
    }

    // Binance's own example: https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/request-security
    [Theory]
    [InlineData("""{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC","quantity":"0.01000000","price":"52000.00","recvWindow":100,"timestamp":1645423376532}""",
        "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24")]
    [InlineData("""{"symbol":"１２３４５６","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"1.00000000","price":"0.10000000","recvWindow":5000,"timestamp":1645423376532}""",
        "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd")]
    [InlineData("""{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC","quantity":"0.01000000","price":"52000.00","newOrderRespType":"ACK","recvWindow":100}""",
        "cc15477742bd704c29492d96c7ead9414dfd8e0ec4a00f947bb5bb454ddbd08a")]
    public async Task A_request_is_signed_as_in_the_published_example(string parameters, string signature)
    {
        await _api.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://ws-api.binance.com/ws-api/v3"), []), default);

        var request = JsonNode.Parse(_api.EncodeRequest("id1", $$"""{"method":"order.place","params":{{parameters}}}""".Utf8()).Text())!;

        Assert.Equal("id1", (string?)request["id"]);
        Assert.Equal(signature, (string?)request["params"]!["signature"]);
        Assert.Equal(Published.Key, (string?)request["params"]!["apiKey"]);
        Assert.Equal(1_645_423_376_532, (long)request["params"]!["timestamp"]!);
    }

    [Fact]
    public async Task A_logon_is_signed_as_in_the_published_example()
    {
        var handler = new BinanceApiHandler(CredentialsProvider.Fixed(Published), sessionLogon: true, clock: new FixedTime(1_649_729_878_532));

        var logon = JsonNode.Parse((await handler.BuildAuthenticationAsync(default)).Text())!;
        var order = JsonNode.Parse(handler.EncodeRequest("1", """{"method":"order.place","params":{"symbol":"BTCUSDT"}}""".Utf8()).Text())!;

        Assert.True(handler.RequiresAuthentication);
        Assert.Equal("session.logon", (string?)logon["method"]);
        Assert.Equal("1cf54395b336b0a9727ef27d5d98987962bc47aca6e13fe978612d0adee066ed", (string?)logon["params"]!["signature"]);
        Assert.Equal(["symbol", "timestamp"], order["params"]!.AsObject().Select(parameter => parameter.Key));
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("depth")]
    [InlineData("ticker.24hr")]
    [InlineData("userDataStream.start")]
    public void A_public_method_is_not_signed(string method) =>
        Assert.Equal($$$"""{"id":"1","method":"{{{method}}}"}""", _api.EncodeRequest("1", $$"""{"method":"{{method}}"}""".Utf8()).Text());

    [Fact]
    public async Task The_accounts_events_are_subscribed_by_signature_or_on_the_logged_on_session()
    {
        await _api.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://ws-api.binance.com/ws-api/v3"), []), default);
        var session = new BinanceApiHandler(CredentialsProvider.Fixed(Published), sessionLogon: true);

        Assert.Contains("userDataStream.subscribe.signature", _api.Subscribe(Binance.UserData), StringComparison.Ordinal);
        Assert.Equal("""{"id":"sub-id1","method":"userDataStream.subscribe"}""", session.Subscribe(Binance.UserData));
        Assert.Equal("id1", session.Acknowledge("""{"id":"sub-id1","status":200,"result":{"subscriptionId":0}}""").RequestId);
    }

    [Fact]
    public void A_result_is_cut_out_and_an_error_has_its_code()
    {
        Assert.Equal("""{"orderId":5}""", _api.ReadResponse("""{"id":"1","status":200,"result":{"orderId":5},"rateLimits":[]}""".Utf8()).Result.Text());
        var error = _api.ReadResponse("""{"id":"1","status":400,"error":{"code":-2010,"msg":"Account has insufficient balance."}}""".Utf8());
        Assert.Equal(("-2010", "Account has insufficient balance."), (error.ErrorCode, error.ErrorMessage));
    }

    [Fact]
    public void What_ends_a_connection_asks_for_a_new_one()
    {
        Assert.True(_streams.ShouldReconnect("""{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}""".Utf8().Span));
        Assert.True(_api.ShouldReconnect("""{"event":{"e":"serverShutdown","E":1}}""".Utf8().Span));
        Assert.True(_api.ShouldReconnect("""{"id":null,"status":401,"error":{"code":-2015,"msg":"x"}}""".Utf8().Span));
        Assert.False(_api.ShouldReconnect("""{"id":null,"status":400,"error":{"code":-1,"msg":"x"}}""".Utf8().Span));
        Assert.Equal(ErrorClass.RateLimited, _streams.ClassifyClose(1008, "Pong timeout"));
        Assert.Null(_api.ClassifyClose(1001, ""));
    }

    [Theory]
    [InlineData("""{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":157,"u":160,"b":[],"a":[]}""", 160L, 156L, UpdateKind.Delta)]
    [InlineData("""{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[],"a":[]}""", 160L, 149L, UpdateKind.Delta)]
    [InlineData("""{"u":400900217,"s":"BNBUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}""", 400900217L, null, UpdateKind.Snapshot)]
    [InlineData("""{"e":"trade","E":1,"s":"BNBBTC","t":12345,"p":"0.001","q":"100","T":1,"m":true}""", 12345L, null, UpdateKind.Unknown)]
    [InlineData("""{"e":"aggTrade","E":1,"s":"BNBBTC","a":12345,"p":"0.001","f":100,"l":105}""", 12345L, null, UpdateKind.Unknown)]
    [InlineData("""{"e":"24hrTicker","E":1,"s":"BNBBTC","a":"0.0026","u":5}""", null, null, UpdateKind.Unknown)]
    [InlineData("""{"e":"outboundAccountPosition","E":1,"u":1564034571073,"B":[]}""", null, null, UpdateKind.Unknown)]
    [InlineData("""{"e":"TRADE_LITE","E":1,"s":"BTCUSDT","t":18,"i":9}""", null, null, UpdateKind.Unknown)]
    public void Updates_are_numbered_by_what_their_event_means_by_its_numbers(string data, long? number, long? before, UpdateKind kind)
    {
        var update = $$"""{"stream":"btcusdt@x","data":{{data}}}""".Utf8().Span;

        Assert.Equal((number, before, kind), (_streams.SequenceOf(update), _streams.PreviousSequenceOf(update), _streams.KindOf(update)));
    }

    [Theory]
    [InlineData("btcusdt@depth5@100ms", UpdateKind.Snapshot, null)]
    [InlineData("btcusdt@depth20", UpdateKind.Snapshot, null)]
    [InlineData("btcusdt@depth@100ms", UpdateKind.Delta, 149L)]
    [InlineData("btcusdt@depth", UpdateKind.Delta, 149L)]
    public void The_first_levels_of_a_book_of_futures_are_the_whole_of_it_and_its_changes_are_not(string stream, UpdateKind kind, long? before)
    {
        var update = $$$"""{"stream":"{{{stream}}}","data":{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[],"a":[]}}""".Utf8().Span;

        Assert.Equal((kind, before, 160L), (_streams.KindOf(update), _streams.PreviousSequenceOf(update), _streams.SequenceOf(update)));
    }

    [Theory]
    [InlineData(BinanceMarket.Spot, 5)]
    [InlineData(BinanceMarket.UsdMargined, 10)]
    [InlineData(BinanceMarket.CoinMargined, 10)]
    public void Each_market_has_its_limits_and_is_rotated_within_a_day(BinanceMarket market, int messagesPerSecond)
    {
        var options = Binance.CreateOptions(market);

        Assert.Equal(1_024, options.Subscriptions.MaxTopics);
        // One is left to pongs.
        Assert.Equal(messagesPerSecond - 1, options.Rates.Outgoing.Limit + options.Rates.Outgoing.Burst);
        Assert.Equal(300, options.Rates.ConnectionAttempts.Limit + options.Rates.ConnectionAttempts.Burst);
        Assert.True(options.Rotation.Interval < TimeSpan.FromHours(24));
        Assert.Empty(OptionsValidator.Validate(options));
        Assert.Empty(OptionsValidator.Validate(Binance.CreateApiOptions(market)));
    }

    [Fact]
    public async Task A_listen_key_is_got_over_http_and_its_failure_is_told()
    {
        using var http = new Answering(HttpStatusCode.OK, """{"listenKey":"abc"}""");
        await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, CredentialsProvider.Fixed(Published), http);
        using var refusing = new Answering(HttpStatusCode.Unauthorized, "{}");
        await using var refused = new BinanceListenKeys(BinanceMarket.CoinMargined, CredentialsProvider.Fixed(Published), refusing);

        Assert.Equal("abc", await keys.GetAsync(default));
        await Assert.ThrowsAsync<HttpRequestException>(async () => await refused.GetAsync(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinanceListenKeys(BinanceMarket.Spot, CredentialsProvider.Fixed(Published), http));
    }

    private sealed class CountingKeys : IListenKeySource
    {
        private int _count;

        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new($"key{++_count}");
    }

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(Published.Key, Assert.Single(request.Headers.GetValues("X-MBX-APIKEY")));
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
        }
    }
}
