using System.Text.Json.Nodes;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Messages of Bybit's documentation (https://bybit-exchange.github.io/docs/v5/ws/connect and its neighbours).</summary>
public sealed class BybitHandlerTests
{
    private static readonly ApiCredentials Key = new("key", "secret");

    private readonly BybitHandler _linear = new(BybitStream.Linear);
    private readonly BybitHandler _trade = new(BybitStream.Trade, CredentialsProvider.Fixed(Key), new FixedTime(1_711_001_595_207));

    [Theory]
    [InlineData("""{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1,"data":{"s":"BTCUSDT","b":[],"a":[],"u":177400507,"seq":66544703342},"cts":1}""", "Update orderbook.50.BTCUSDT")]
    [InlineData("""{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1,"data":[{"T":1,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50"}]}""", "Update publicTrade.BTCUSDT")]
    [InlineData("""{"id":"5923240c6880ab-c59f-420b-9adb-3639adc9dd90","topic":"order","creationTime":1672364262474,"data":[]}""", "Update order")]
    [InlineData("""{"topic":"tickers.BTCUSDT","ts":1,"type":"snapshot","cs":2,"data":{"symbol":"BTCUSDT"}}""", "Update tickers.BTCUSDT")]
    [InlineData("""{"success":true,"ret_msg":"subscribe","conn_id":"2324","req_id":"10001","op":"subscribe"}""", "Control")]
    [InlineData("""{"success":false,"ret_msg":"error:handler not found,topic:x","conn_id":"2324","req_id":"1","op":"subscribe"}""", "Control")]
    [InlineData("""{"success":true,"conn_id":"aa01","data":{"failTopics":[],"successTopics":["orderbook.25.BTC"]},"type":"COMMAND_RESP"}""", "Control")]
    [InlineData("""{"success":true,"conn_id":"aa01","req_id":"7","data":{"failTopics":[],"successTopics":["x"]},"type":"COMMAND_RESP"}""", "Control")]
    [InlineData("""{"success":true,"ret_msg":"pong","conn_id":"0970","req_id":"","op":"ping"}""", "System")]
    [InlineData("""{"req_id":"test","op":"pong","args":["1675418560633"],"conn_id":"cfc"}""", "System")]
    [InlineData("""{"retCode":0,"retMsg":"OK","op":"pong","data":["1711002002529"],"connId":"cnt5"}""", "System")]
    [InlineData("""{"success":true,"ret_msg":"","op":"auth","conn_id":"cejr"}""", "System")]
    [InlineData("""{"retCode":0,"retMsg":"OK","op":"auth","connId":"cnt5"}""", "System")]
    [InlineData("""{"reqId":"test-005","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4c1","orderLinkId":"t"},"connId":"c"}""", "Response test-005")]
    [InlineData("""{"retCode":10404,"retMsg":"op type is not found","op":"","connId":"c"}""", "Control")]
    [InlineData("""{"hello":"world"}""", "Unknown")]
    [InlineData("""{"topic":""", "Unknown")]
    [InlineData("pong", "Unknown")]
    [InlineData("", "Unknown")]
    public void Each_documented_message_is_what_Bybit_means_by_it(string message, string meaning) => Assert.Equal(meaning, _linear.Describe(message));

    [Theory]
    [InlineData("tickers.BTCUSDT", true)]
    [InlineData("orderbook.50.BTCUSDT", true)]
    [InlineData("publicTrade.BTCUSDT", false)]
    [InlineData("kline.5.BTCUSDT", false)]
    [InlineData("order", false)]
    public void Tickers_and_books_have_a_default_age(string topic, bool has) => Assert.Equal(has ? TimeSpan.FromSeconds(60) : null, _linear.DefaultMaxAgeOf(topic));

    [Fact]
    public void A_subscription_names_its_topics_and_its_id() => Assert.Equal(
        """{"req_id":"id1","op":"subscribe","args":["orderbook.50.BTCUSDT","publicTrade.BTCUSDT"]}""",
        _linear.Subscribe(Bybit.OrderBook(50, "BTCUSDT"), Bybit.Trades("BTCUSDT")));

    [Fact]
    public void An_unsubscription_names_its_topics_and_its_id() => Assert.Equal(
        """{"req_id":"id1","op":"unsubscribe","args":["tickers.BTCUSDT"]}""", _linear.BuildUnsubscribe([Bybit.Ticker("BTCUSDT")], "id1").Text());

    [Fact]
    public void A_refused_subscription_tells_the_words_of_the_exchange()
    {
        var answer = _linear.Acknowledge("""{"success":false,"ret_msg":"error:handler not found,topic:x","conn_id":"2","req_id":"id1","op":"subscribe"}""");

        Assert.Equal("id1", answer.RequestId);
        Assert.Equal("error:handler not found,topic:x", answer.Rejection);
        Assert.Equal("x", Assert.Single(answer.Failures).Topic.Value);
    }

    [Fact]
    public void A_topic_that_is_subscribed_already_counts_as_confirmed_though_its_message_is_refused()
    {
        var answer = _linear.Acknowledge("""{"success":false,"ret_msg":"error:already subscribed,topic:tickers.BTCUSDT","conn_id":"2","req_id":"id1","op":"subscribe"}""");

        Assert.Equal("error:already subscribed,topic:tickers.BTCUSDT", answer.Rejection);
        Assert.Equal<Topic>(["tickers.BTCUSDT"], answer.Topics!);
        Assert.Empty(answer.Failures);
    }

    [Fact]
    public void The_options_socket_confirms_and_refuses_topic_by_topic()
    {
        var answer = new BybitHandler(BybitStream.Option).Acknowledge(
            """{"success":false,"conn_id":"aa01","data":{"failTopics":["tickers.NO"],"successTopics":["tickers.BTC","publicTrade.BTC"]},"type":"COMMAND_RESP"}""");

        Assert.Null(answer.RequestId);
        Assert.Equal<Topic>(["tickers.BTC", "publicTrade.BTC"], answer.Topics!);
        Assert.Equal("tickers.NO", Assert.Single(answer.Failures).Topic);
    }

    [Fact]
    public void A_book_is_numbered_by_its_update_id_and_other_topics_are_not()
    {
        Assert.Equal(177400507, _linear.SequenceOf("""{"topic":"orderbook.50.BTCUSDT","type":"delta","data":{"s":"BTCUSDT","u":177400507,"seq":66544703342},"cts":1}""".Utf8().Span));
        Assert.Null(_linear.SequenceOf("""{"topic":"publicTrade.BTCUSDT","data":[{"seq":5}],"ts":1}""".Utf8().Span));
        Assert.Null(_linear.SequenceOf("""{"topic":"tickers.BTCUSDT","data":{"symbol":"BTCUSDT"},"cs":7}""".Utf8().Span));
    }

    // Computed with OpenSSL: echo -n GET/realtime1711001605207 | openssl dgst -sha256 -hmac secret
    [Fact]
    public async Task The_login_is_signed_over_its_expiry()
    {
        var login = JsonNode.Parse((await _trade.BuildAuthenticationAsync(default)).Text())!;

        Assert.Equal("auth", (string?)login["op"]);
        Assert.NotNull((string?)login["reqId"]);
        Assert.Equal("""["key",1711001605207,"1f29853acdf6e0b90dd223b6965c087797fa218c070e65dbc9f54f9ab52db06a"]""", login["args"]!.ToJsonString());
    }

    [Fact]
    public void The_answer_to_a_login_is_read_on_both_kinds_of_sockets()
    {
        Assert.Null(Read("""{"success":true,"ret_msg":"","op":"auth","conn_id":"cejr"}"""));
        Assert.Null(Read("""{"retCode":0,"retMsg":"OK","op":"auth","connId":"cnt5"}"""));
        Assert.Equal("API key is invalid.", Read("""{"success":false,"ret_msg":"API key is invalid.","op":"auth","conn_id":"cejr"}"""));
        Assert.Equal("Params Error", Read("""{"retCode":10001,"retMsg":"Params Error","op":"auth","connId":"cnt5"}"""));

        string? Read(string message)
        {
            var verdict = _trade.ReadAuthentication(message.Utf8().Span);
            Assert.True(verdict.IsAnswer);
            return verdict.Rejection;
        }
    }

    [Fact]
    public void An_order_gets_its_id_and_a_timestamp_unless_it_has_one()
    {
        const string Order = """{"op":"order.create","args":[{"symbol":"ETHUSDT","category":"linear"}]}""";

        var encoded = JsonNode.Parse(_trade.EncodeRequest("id1", Order.Utf8()).Text())!;
        var stamped = JsonNode.Parse(_trade.EncodeRequest("id1", """{"header":{"X-BAPI-TIMESTAMP":"5"},"op":"order.cancel","args":[]}""".Utf8()).Text())!;

        Assert.Equal("id1", (string?)encoded["reqId"]);
        Assert.Equal("""{"X-BAPI-TIMESTAMP":"1711001595207","X-BAPI-RECV-WINDOW":"5000"}""", encoded["header"]!.ToJsonString());
        Assert.Equal("""{"X-BAPI-TIMESTAMP":"5"}""", stamped["header"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"op":"order.create","args":[]}""", true)]
    [InlineData("""{"op":"order.cancel-batch","args":[]}""", true)]
    [InlineData("""{"op":"ping"}""", false)]
    [InlineData("""{"args":[]}""", false)]
    public void Operations_with_orders_are_orders(string payload, bool isOrder) => Assert.Equal(isOrder, _trade.IsOrder(payload.Utf8()));

    [Fact]
    public void A_result_is_the_data_and_an_error_has_its_code()
    {
        var created = _trade.ReadResponse("""{"reqId":"1","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a"},"connId":"c"}""".Utf8());
        var refused = _trade.ReadResponse("""{"reqId":"1","retCode":10001,"retMsg":"params error","op":"order.create","data":{},"connId":"c"}""".Utf8());
        const string Batch = """{"reqId":"1","retCode":0,"retMsg":"OK","op":"order.create-batch","data":{"list":[{"orderId":"a"}]},"retExtInfo":{"list":[{"code":10001,"msg":"no"}]}}""";

        Assert.Equal("""{"orderId":"a"}""", created.Result.Text());
        Assert.Equal(("10001", "params error"), (refused.ErrorCode, refused.ErrorMessage));
        Assert.Equal(Batch, _trade.ReadResponse(Batch.Utf8()).Result.Text());
    }

    [Theory]
    [InlineData("order.create", 10000, true)]
    [InlineData("order.create-batch", 10016, true)]
    [InlineData("order.amend", 170007, true)]
    [InlineData("order.create", 10019, false)]
    [InlineData("order.create", 10429, false)]
    [InlineData("order.cancel", 110001, false)]
    [InlineData("auth", 10016, false)]
    public void An_error_that_does_not_say_what_became_of_an_order_leaves_its_outcome_open(string operation, int code, bool isOpen)
    {
        var verdict = _trade.ReadResponse($$"""{"reqId":"1","retCode":{{code}},"retMsg":"words","op":"{{operation}}","data":{},"connId":"c"}""".Utf8());

        Assert.Equal((true, isOpen, $"{code}", "words"), (verdict.IsError, verdict.IsOutcomeUnknown, verdict.ErrorCode, verdict.ErrorMessage));
    }

    [Fact]
    public void Its_ping_is_its_own_and_its_pongs_are_known()
    {
        Assert.Equal("""{"op":"ping"}""", _linear.BuildPing()!.Text());
        Assert.True(_linear.IsPong("""{"success":true,"ret_msg":"pong","conn_id":"0970","req_id":"","op":"ping"}""".Utf8().Span));
        Assert.True(_linear.IsPong("""{"req_id":"test","op":"pong","args":["1675418560633"],"conn_id":"cfc"}""".Utf8().Span));
        Assert.False(_linear.IsPong("""{"success":true,"ret_msg":"","op":"auth","conn_id":"c"}""".Utf8().Span));
    }

    [Theory]
    [InlineData(BybitStream.Spot, "wss://stream.bybit.com/v5/public/spot", 10)]
    [InlineData(BybitStream.Linear, "wss://stream.bybit.com/v5/public/linear", 200)]
    [InlineData(BybitStream.Option, "wss://stream.bybit.com/v5/public/option", 2_000)]
    [InlineData(BybitStream.Private, "wss://stream.bybit.com/v5/private", 200)]
    [InlineData(BybitStream.Trade, "wss://stream.bybit.com/v5/trade", 200)]
    public void Each_socket_has_its_address_and_limits(BybitStream stream, string url, int topics)
    {
        var options = Bybit.CreateOptions(stream);

        Assert.Equal(new Uri(url), options.Url);
        Assert.Equal((TimeSpan.FromSeconds(20), false), (options.Heartbeat.PingInterval, options.Heartbeat.UseFramePing));
        Assert.Null(options.Subscriptions.MaxSubscribeBytes);
        var handler = new BybitHandler(stream, CredentialsProvider.Fixed(Key));
        Assert.Equal(topics, handler.MaxTopicsPerMessage);
        Assert.Equal(21_000, handler.MaxSubscribeBytes);
    }

    [Theory]
    [InlineData(BybitHost.Global, BybitStream.Linear, "wss://stream.bybit.com/v5/public/linear")]
    [InlineData(BybitHost.Testnet, BybitStream.Trade, "wss://stream-testnet.bybit.com/v5/trade")]
    [InlineData(BybitHost.Demo, BybitStream.Private, "wss://stream-demo.bybit.com/v5/private")]
    [InlineData(BybitHost.Turkey, BybitStream.Private, "wss://stream.bybit.tr/v5/private")]
    [InlineData(BybitHost.Indonesia, BybitStream.Trade, "wss://stream.bybit.id/v5/trade")]
    [InlineData(BybitHost.Kazakhstan, BybitStream.Spot, "wss://stream.bybit.kz/v5/public/spot")]
    [InlineData(BybitHost.Georgia, BybitStream.Option, "wss://stream.bybitgeorgia.ge/v5/public/option")]
    [InlineData(BybitHost.Japan, BybitStream.Inverse, "wss://stream.manepa.jp/v5/public/inverse")]
    [InlineData(BybitHost.Eu, BybitStream.Status, "wss://stream.bybit.eu/v5/public/misc/status")]
    [InlineData(BybitHost.Eu, BybitStream.Private, "wss://stream.bybit.com/v5/private")]
    [InlineData(BybitHost.Global, BybitStream.Spread, "wss://stream.bybit.com/v5/public/spread")]
    [InlineData(BybitHost.Global, BybitStream.Status, "wss://stream.bybit.com/v5/public/misc/status")]
    public void Each_site_has_its_host(BybitHost host, BybitStream stream, string url) => Assert.Equal(new Uri(url), Bybit.CreateOptions(stream, host: host).Url);

    [Fact]
    public void Each_host_and_each_socket_is_known_by_its_name()
    {
        foreach (var host in Enum.GetNames<BybitHost>().Select(Enum.Parse<BybitHost>))
            Assert.Empty(AkkaWs.Options.OptionsValidator.Validate(Bybit.CreateOptions(BybitStream.Private, host: host)));
        foreach (var stream in Enum.GetNames<BybitStream>().Select(Enum.Parse<BybitStream>))
            Assert.Empty(AkkaWs.Options.OptionsValidator.Validate(Bybit.CreateOptions(stream)));
    }

    [Theory]
    [InlineData(BybitStream.Linear)]
    [InlineData(BybitStream.Trade)]
    [InlineData(BybitStream.Status)]
    public void Demo_trading_has_private_streams_alone(BybitStream stream)
    {
        var error = Assert.Throws<NotSupportedException>(() => Bybit.CreateOptions(stream, host: BybitHost.Demo));

        Assert.Contains($"{stream}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, null)]
    [InlineData(500, null)]
    [InlineData(500, BybitStream.Linear)]
    [InlineData(25, BybitStream.Spot)]
    [InlineData(100, BybitStream.Inverse)]
    [InlineData(50, BybitStream.Option)]
    [InlineData(100, BybitStream.Spread)]
    [InlineData(1, BybitStream.Private)]
    public void A_depth_that_Bybit_lacks_on_a_market_is_refused(int depth, BybitStream? market) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Bybit.OrderBook(depth, "BTCUSDT", market));

    [Theory]
    [InlineData(new[] { 1, 50, 200, 1_000 }, BybitStream.Spot)]
    [InlineData(new[] { 1, 50, 200, 1_000 }, BybitStream.Linear)]
    [InlineData(new[] { 1, 50, 200, 1_000 }, BybitStream.Inverse)]
    [InlineData(new[] { 25, 100 }, BybitStream.Option)]
    [InlineData(new[] { 25 }, BybitStream.Spread)]
    [InlineData(new[] { 1, 25, 50, 100, 200, 1_000 }, null)]
    public void The_depths_of_each_market_are_known(int[] depths, BybitStream? market) =>
        Assert.Equal(depths, Enumerable.Range(1, 1_000).Where(depth => Record.Exception(() => Bybit.OrderBook(depth, "BTCUSDT", market)) is null));

    [Theory]
    [InlineData("orderbook.full.BTCUSDT", "delta", 1, UpdateKind.Snapshot)]
    [InlineData("orderbook.full.BTCUSDT", "delta", 2, UpdateKind.Delta)]
    [InlineData("orderbook.50.BTCUSDT", "delta", 1, UpdateKind.Delta)]
    [InlineData("orderbook.50.BTCUSDT", "snapshot", 1, UpdateKind.Snapshot)]
    public void A_full_book_begins_anew_with_the_change_number_one(string topic, string type, int number, UpdateKind kind) => Assert.Equal(
        kind, _linear.KindOf($$$"""{"topic":"{{{topic}}}","ts":1,"type":"{{{type}}}","data":{"s":"BTCUSDT","b":[],"a":[],"u":{{{number}}},"seq":5},"cts":1}""".Utf8().Span));
}
