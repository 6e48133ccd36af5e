using System.Text.Json.Nodes;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Messages of Deribit's documentation (https://docs.deribit.com).</summary>
public sealed class DeribitHandlerTests
{
    private readonly DeribitHandler _handler = new(CredentialsProvider.Fixed(new ApiCredentials("AMANDA", "AMANDASECRECT")), new FixedTime(1_576_074_319_000));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{"type":"change","change_id":5}}}""", "Update book.BTC-PERPETUAL.100ms")]
    [InlineData("""{"params":{"data":[],"channel":"trades.BTC-PERPETUAL.raw"},"method":"subscription","jsonrpc":"2.0"}""", "Update trades.BTC-PERPETUAL.raw")]
    [InlineData("""{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","id":20,"result":{"order":{}},"usIn":1,"usOut":2,"usDiff":1,"testnet":true}""", "Response 20")]
    [InlineData("""{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","id":21,"result":["book.BTC-PERPETUAL.100ms"]}""", "Response 21")]
    [InlineData("""{"jsonrpc":"2.0","id":22,"result":{"access_token":"x"}}""", "Response 22")]
    [InlineData("""{"jsonrpc":"2.0","id":"ping","result":"ok"}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}""", "Unknown")]
    [InlineData("""{"jsonrpc":"2.0","method":"other","params":{}}""", "Unknown")]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"boo""", "Unknown")]
    [InlineData("[]", "Unknown")]
    public void Each_documented_message_is_what_Deribit_means_by_it(string message, string meaning) => Assert.Equal(meaning, _handler.Describe(message));

    [Theory]
    [InlineData("ticker.BTC-PERPETUAL.100ms", true)]
    [InlineData("book.BTC-PERPETUAL.100ms", true)]
    [InlineData("book.BTC-PERPETUAL.none.10.100ms", true)]
    [InlineData("trades.BTC-PERPETUAL.100ms", false)]
    [InlineData("quote.BTC-PERPETUAL", true)]
    [InlineData("chart.trades.BTC-PERPETUAL.5", false)]
    [InlineData("user.orders.BTC-PERPETUAL.raw", false)]
    public void Tickers_and_books_have_a_default_age(string topic, bool has) => Assert.Equal(has ? TimeSpan.FromSeconds(60) : null, _handler.DefaultMaxAgeOf(topic));

    [Fact]
    public void Private_channels_are_subscribed_by_the_private_method()
    {
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"method":"public/subscribe","params":{"channels":["book.BTC-PERPETUAL.100ms"]}}""",
            _handler.BuildSubscribe([Deribit.OrderBook("BTC-PERPETUAL")], "1").Text());
        Assert.Contains("private/subscribe", _handler.BuildSubscribe([Deribit.Trades("BTC-PERPETUAL"), Deribit.UserOrders("BTC-PERPETUAL")], "2").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_the_answer_leaves_out_is_refused()
    {
        var answer = _handler.ReadAcknowledgement("""{"jsonrpc":"2.0","id":1,"result":["trades.BTC-PERPETUAL.100ms"]}""".Utf8().Span)!;

        Assert.Equal("1", answer.RequestId);
        Assert.Equal("trades.BTC-PERPETUAL.100ms", Assert.Single(answer.Topics!));
        Assert.Equal("the server's answer does not list it", answer.RefusesOthers);
    }

    // Deribit's own example: https://docs.deribit.com/articles/authentication
    [Fact]
    public void A_login_is_signed_as_in_the_published_example() => Assert.Equal(
        "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1",
        DeribitLogin.Sign(new ApiCredentials("AMANDA", "AMANDASECRECT"), 1_576_074_319_000, "1iqt2wls"));

    [Fact]
    public async Task A_login_is_renewed_by_its_refresh_token_and_a_new_connection_logs_in_afresh()
    {
        var first = await LoginAsync();
        Assert.Equal("client_signature", (string?)first["params"]!["grant_type"]);
        Assert.Equal(1_576_074_319_000, (long)first["params"]!["timestamp"]!);

        Assert.Equal(AuthenticationVerdict.AcceptedFor(TimeSpan.FromSeconds(900)), Read($$$"""{"jsonrpc":"2.0","id":{{{first["id"]}}},"result":{"access_token":"a","expires_in":900,"refresh_token":"r1"}}"""));
        var second = await LoginAsync();
        Assert.Equal("""{"grant_type":"refresh_token","refresh_token":"r1"}""", second["params"]!.ToJsonString());

        Read($$$"""{"jsonrpc":"2.0","id":{{{second["id"]}}},"result":{"expires_in":900,"refresh_token":"r2"}}""");
        await _handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://www.deribit.com/ws/api/v2"), []), default);
        Assert.Equal("client_signature", (string?)(await LoginAsync())["params"]!["grant_type"]);

        async Task<JsonNode> LoginAsync() => JsonNode.Parse((await _handler.BuildAuthenticationAsync(default)).Text())!;
        AuthenticationVerdict Read(string message) => _handler.ReadAuthentication(message.Utf8().Span);
    }

    [Fact]
    public async Task A_refused_login_tells_the_words_of_the_exchange()
    {
        var id = JsonNode.Parse((await _handler.BuildAuthenticationAsync(default)).Text())!["id"];

        var verdict = _handler.ReadAuthentication($$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"message":"invalid_credentials","code":13004}}""".Utf8().Span);

        Assert.Equal("invalid_credentials (13004)", verdict.Rejection);
        Assert.False(_handler.ReadAuthentication("""{"jsonrpc":"2.0","id":"ping","result":"ok"}""".Utf8().Span).IsAnswer);
    }

    [Fact]
    public void A_test_request_is_answered_by_a_test()
    {
        var request = """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""".Utf8();

        Assert.True(_handler.IsServerPing(request.Span));
        Assert.False(_handler.IsServerPing("""{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}""".Utf8().Span));
        Assert.Equal("public/test", (string?)JsonNode.Parse(_handler.BuildPong(request.Span)!.Text())!["method"]);
        Assert.True(_handler.IsPong("""{"jsonrpc":"2.0","id":"ping","result":{"version":"1.2.26"}}""".Utf8().Span));
        Assert.False(_handler.IsPong("""{"jsonrpc":"2.0","id":8,"result":{"version":"1.2.26"}}""".Utf8().Span));
        Assert.Contains("set_heartbeat", Assert.Single(_handler.OnConnect()).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_gets_its_id_and_its_result_or_error_is_read()
    {
        Assert.Equal("""{"jsonrpc":"2.0","id":7,"method":"private/buy","params":{}}""", _handler.EncodeRequest("7", """{"method":"private/buy","params":{}}""".Utf8()).Text());
        Assert.Equal("5", _handler.ReadResponse("""{"jsonrpc":"2.0","id":28,"result":5}""".Utf8()).Result.Text());
        var error = _handler.ReadResponse("""{"jsonrpc":"2.0","id":28,"error":{"code":10009,"message":"not_enough_funds"}}""".Utf8());
        Assert.Equal(("10009", "not_enough_funds"), (error.ErrorCode, error.ErrorMessage));
    }

    [Theory]
    [InlineData(10001, true)]
    [InlineData(11094, true)]
    [InlineData(13028, true)]
    [InlineData(-32603, true)]
    [InlineData(13888, false)]
    [InlineData(10040, false)]
    [InlineData(10041, false)]
    [InlineData(11051, false)]
    [InlineData(10028, false)]
    public void An_error_that_does_not_say_what_became_of_an_order_leaves_its_outcome_open(int code, bool isOpen)
    {
        var verdict = _handler.ReadResponse($$$"""{"jsonrpc":"2.0","id":7,"error":{"code":{{{code}}},"message":"words"}}""".Utf8());

        Assert.Equal((true, isOpen, $"{code}", "words"), (verdict.IsError, verdict.IsOutcomeUnknown, verdict.ErrorCode, verdict.ErrorMessage));
    }

    [Fact]
    public void An_error_object_becomes_a_typed_exception_with_its_data()
    {
        var verdict = _handler.ReadResponse("""{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"Invalid params","data":{"reason":"wrong format","param":"amount"}}}""".Utf8());

        var error = Assert.IsType<JsonRpcException>(_handler.CreateError("deribit", "7", verdict)).Error;

        Assert.Equal((-32602, "Invalid params"), (error.Code, error.Message));
        Assert.Equal("amount", error.Data!.Value.GetProperty("param").GetString());
    }

    [Theory]
    [InlineData("""{"type":"change","prev_change_id":33195894133,"change_id":33195894134}""", 33195894134, 33195894133L, UpdateKind.Delta)]
    [InlineData("""{"type":"snapshot","change_id":33195894134}""", 33195894134, null, UpdateKind.Snapshot)]
    [InlineData("""[{"trade_seq":17}]""", null, null, UpdateKind.Unknown)]
    public void A_change_of_a_book_names_the_one_before_it(string data, long? number, long? before, UpdateKind kind)
    {
        var update = $$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.raw","data":{{{data}}}}}""".Utf8().Span;

        Assert.Equal((number, before, kind), (_handler.SequenceOf(update), _handler.PreviousSequenceOf(update), _handler.KindOf(update)));
    }
}
