using System.Text.Json.Nodes;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Messages of Deribit's documentation (https://docs.deribit.com).</summary>
public sealed class DeribitHandlerTests
{
    private readonly DeribitHandler _handler = new(CredentialsProvider.Fixed(new ApiCredentials("AMANDA", "AMANDASECRECT")), new FixedTime(1_576_074_319_000));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.100ms","data":{"type":"change","change_id":5}}}""", "Update book.BTC-PERPETUAL.100ms")]
    [InlineData("""{"params":{"data":[],"channel":"trades.BTC-PERPETUAL.raw"},"method":"subscription","jsonrpc":"2.0"}""", "Update trades.BTC-PERPETUAL.raw")]
    [InlineData("""{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","id":20,"result":{"order":{}},"usIn":1,"usOut":2,"usDiff":1,"testnet":true}""", "Response 5")]
    [InlineData("""{"jsonrpc":"2.0","id":21,"result":["book.BTC-PERPETUAL.100ms"]}""", "Control")]
    [InlineData("""{"jsonrpc":"2.0","id":22,"result":{"access_token":"x"}}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","id":23,"result":"ok"}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}""", "System")]
    [InlineData("""{"jsonrpc":"2.0","method":"other","params":{}}""", "Unknown")]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"boo""", "Unknown")]
    [InlineData("[]", "Unknown")]
    public void Each_documented_message_is_what_Deribit_means_by_it(string message, string meaning) => Assert.Equal(meaning, _handler.Describe(message));

    [Fact]
    public void Private_channels_are_subscribed_by_the_private_method()
    {
        Assert.Equal("""{"jsonrpc":"2.0","id":5,"method":"public/subscribe","params":{"channels":["book.BTC-PERPETUAL.100ms"]}}""",
            _handler.BuildSubscribe([Deribit.OrderBook("BTC-PERPETUAL")], "1").Text());
        Assert.Contains("private/subscribe", _handler.BuildSubscribe([Deribit.Trades("BTC-PERPETUAL"), Deribit.UserOrders("BTC-PERPETUAL")], "2").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_the_answer_leaves_out_is_refused()
    {
        _handler.BuildSubscribe(["trades.BTC-PERPETUAL.100ms", "trades.NO.100ms"], "1");

        var answer = _handler.Acknowledge("""{"jsonrpc":"2.0","id":5,"result":["trades.BTC-PERPETUAL.100ms"]}""");

        Assert.Equal("1", answer.RequestId);
        Assert.Equal("trades.BTC-PERPETUAL.100ms", Assert.Single(answer.Topics!));
        Assert.Equal("trades.NO.100ms", Assert.Single(answer.Failures).Topic);
    }

    // Deribit's own example: https://docs.deribit.com/articles/authentication
    [Fact]
    public void A_login_is_signed_as_in_the_published_example() => Assert.Equal(
        "56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1",
        DeribitHandler.Sign(new ApiCredentials("AMANDA", "AMANDASECRECT"), 1_576_074_319_000, "1iqt2wls"));

    [Fact]
    public async Task A_login_is_renewed_by_its_refresh_token_and_a_new_connection_logs_in_afresh()
    {
        var first = await LoginAsync();
        Assert.Equal("client_signature", (string?)first["params"]!["grant_type"]);
        Assert.Equal(1_576_074_319_000, (long)first["params"]!["timestamp"]!);

        Assert.Equal(AuthenticationVerdict.Accepted, Read($$$"""{"jsonrpc":"2.0","id":{{{first["id"]}}},"result":{"access_token":"a","expires_in":900,"refresh_token":"r1"}}"""));
        Assert.Equal(TimeSpan.FromSeconds(900), _handler.AuthenticationLifetime);
        Assert.Equal("""{"grant_type":"refresh_token","refresh_token":"r1"}""", (await LoginAsync())["params"]!.ToJsonString());

        Read($$$"""{"jsonrpc":"2.0","id":{{{first["id"]}}},"result":{"expires_in":900,"refresh_token":"r2"}}""");
        await _handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://www.deribit.com/ws/api/v2"), []), default);
        Assert.Equal("client_signature", (string?)(await LoginAsync())["params"]!["grant_type"]);

        async Task<JsonNode> LoginAsync() => JsonNode.Parse((await _handler.BuildAuthenticationAsync(default)).Text())!;
        AuthenticationVerdict Read(string message) => _handler.ReadAuthentication(message.Utf8().Span);
    }

    [Fact]
    public void A_refused_login_tells_the_words_of_the_exchange()
    {
        var verdict = _handler.ReadAuthentication("""{"jsonrpc":"2.0","id":2,"error":{"message":"invalid_credentials","code":13004}}""".Utf8().Span);

        Assert.Equal("invalid_credentials (code 13004)", verdict.Rejection);
        Assert.False(_handler.ReadAuthentication("""{"jsonrpc":"2.0","id":3,"result":"ok"}""".Utf8().Span).IsAnswer);
    }

    [Fact]
    public void A_test_request_is_answered_by_a_test()
    {
        var request = """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""".Utf8();

        Assert.True(_handler.IsServerPing(request.Span));
        Assert.False(_handler.IsServerPing("""{"params":{"type":"heartbeat"},"method":"heartbeat","jsonrpc":"2.0"}""".Utf8().Span));
        Assert.Equal("public/test", (string?)JsonNode.Parse(_handler.BuildPong(request.Span)!.Text())!["method"]);
        Assert.True(_handler.IsPong("""{"jsonrpc":"2.0","id":7,"result":{"version":"1.2.26"}}""".Utf8().Span));
        Assert.False(_handler.IsPong("""{"jsonrpc":"2.0","id":8,"result":{"version":"1.2.26"}}""".Utf8().Span));
        Assert.Contains("set_heartbeat", Assert.Single(_handler.OnConnect()).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_gets_its_id_and_its_result_or_error_is_read()
    {
        Assert.Equal("""{"jsonrpc":"2.0","id":28,"method":"private/buy","params":{}}""", _handler.EncodeRequest("7", """{"method":"private/buy","params":{}}""".Utf8()).Text());
        Assert.Equal("5", _handler.ReadResponse("""{"jsonrpc":"2.0","id":28,"result":5}""".Utf8()).Result.Text());
        var error = _handler.ReadResponse("""{"jsonrpc":"2.0","id":28,"error":{"code":10009,"message":"not_enough_funds"}}""".Utf8());
        Assert.Equal(("10009", "not_enough_funds"), (error.ErrorCode, error.ErrorMessage));
    }

    [Fact]
    public void A_book_is_numbered_by_its_change() => Assert.Equal(
        33195894134, _handler.SequenceOf("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.raw","data":{"type":"change","prev_change_id":33195894133,"change_id":33195894134}}}""".Utf8().Span));
}
