using System.Text.Json.Nodes;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Messages of OKX's documentation (https://www.okx.com/docs-v5/en/#overview-websocket).</summary>
public sealed class OkxHandlerTests
{
    private static readonly ApiCredentials Key = new("key", "22582BD0CFF14C41EDBF1AB98506286D", "words");

    private readonly OkxHandler _handler = new(OkxStream.Private, CredentialsProvider.Fixed(Key), new FixedTime(1_538_054_050_975));

    [Theory]
    [InlineData("""{"arg":{"channel":"tickers","instId":"LTC-USD-200327"},"data":[{"instType":"SWAP"}]}""", "Update tickers?instId=LTC-USD-200327")]
    [InlineData("""{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[],"bids":[],"seqId":1}]}""", "Update books?instId=BTC-USDT")]
    [InlineData("""{"arg":{"instId":"BTC-USDT","channel":"books"},"action":"snapshot","data":[]}""", "Update books?instId=BTC-USDT")]
    [InlineData("""{ "data":[], "arg" : { "channel" : "trades", "instId" : "BTC-USDT" } }""", "Update trades?instId=BTC-USDT")]
    [InlineData("""{"arg":{"channel":"orders","instType":"FUTURES","instFamily":"BTC-USD","uid":"77982378738415879"},"data":[]}""", "Update orders?instFamily=BTC-USD&instType=FUTURES")]
    [InlineData("""{"arg":{"channel":"account","uid":"44*********584"},"eventType":"snapshot","curPage":1,"lastPage":true,"data":[]}""", "Update account")]
    [InlineData("""{"arg":{"channel":"tickers","instId":"a}b"},"data":[]}""", "Update tickers?instId=a%7Db")]
    [InlineData("""{"arg":{"channel":"tickers","instId":"BTC-USDT"},"event":"subscribe","connId":"a4d3ae55"}""", "Control")]
    [InlineData("""{"id":"1512","event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"accb8e21"}""", "Control")]
    [InlineData("""{"id":"1512","event":"error","code":"60012","msg":"Invalid request: {\"op\": \"subscribe\", \"argss\":[]}","connId":"a4d3ae55"}""", "Control")]
    [InlineData("""{"event":"error","code":"60018","msg":"Wrong URL or channel:x doesn't exist","connId":"a4d3ae55"}""", "Control")]
    [InlineData("""{"event":"error","code":"60009","msg":"Login failed.","connId":"a4d3ae55"}""", "System")]
    [InlineData("""{"event":"login","code":"0","msg":"","connId":"a4d3ae55"}""", "System")]
    [InlineData("""{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect.","connId":"a4d3ae55"}""", "System")]
    [InlineData("""{"event":"channel-conn-count","channel":"orders","connCount":"2","connId":"abcd1234"}""", "System")]
    [InlineData("""{"id":"1512","op":"order","data":[{"clOrdId":"","ordId":"12345689","sCode":"0","sMsg":""}],"code":"0","msg":""}""", "Response 1512")]
    [InlineData("pong", "System")]
    [InlineData("""{"arg":{"channel":"tickers"},"data":""", "Update tickers")]
    [InlineData("""{"arg":{"channel":"tickers"}""", "Unknown")]
    [InlineData("[]", "Unknown")]
    [InlineData("", "Unknown")]
    public void Each_documented_message_is_what_OKX_means_by_it(string message, string meaning) => Assert.Equal(meaning, _handler.Describe(message));

    [Fact]
    public void A_subscription_names_each_topic_by_an_object() => Assert.Equal(
        """{"id":"id1","op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"},{"channel":"orders","instFamily":"BTC-USD","instType":"FUTURES"},{"channel":"account"}]}""",
        _handler.Subscribe(Okx.Ticker("BTC-USDT"), Okx.Of("orders", ("instType", "FUTURES"), ("instFamily", "BTC-USD")), Okx.Account));

    [Fact]
    public void Each_argument_is_confirmed_on_its_own()
    {
        var answer = _handler.Acknowledge("""{"id":"1512","event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"},"connId":"a4d3ae55"}""");

        Assert.Null(answer.RequestId);
        Assert.Equal([Okx.Trades("BTC-USDT")], answer.Topics!);
        Assert.False(answer.OfUnsubscribe);
        Assert.True(_handler.Acknowledge("""{"event":"unsubscribe","arg":{"channel":"trades","instId":"BTC-USDT"},"connId":"a4d3ae55"}""").OfUnsubscribe);
    }

    [Theory]
    [InlineData("""{"event":"error","msg":"channel:trades,instId:NO-SUCH doesn't exist","code":"60018","connId":"a4d3ae55"}""")]
    [InlineData("""{"id":"7","event":"error","msg":"Wrong URL or channel:trades,instId:NO-SUCH doesn't exist. Please use the correct URL.","code":"60018"}""")]
    [InlineData("""{"event":"error","arg":{"channel":"trades","instId":"NO-SUCH"},"msg":"refused","code":"60018"}""")]
    public void A_refusal_that_names_its_topic_concerns_that_topic_alone(string message)
    {
        var failure = Assert.Single(_handler.Acknowledge(message).Failures);

        Assert.Equal(Okx.Trades("NO-SUCH"), failure.Topic);
        Assert.Contains("60018", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_that_names_none_concerns_the_message_with_its_id()
    {
        var answer = _handler.Acknowledge("""{"id":"7","event":"error","code":"60012","msg":"Invalid request","connId":"a4d3ae55"}""");

        Assert.Equal("7", answer.RequestId);
        Assert.Equal("Invalid request (code 60012)", answer.Rejection);
    }

    // Computed with OpenSSL: echo -n 1538054050GET/users/self/verify | openssl dgst -sha256 -hmac 22582BD0CFF14C41EDBF1AB98506286D -binary | base64
    [Fact]
    public async Task The_login_is_signed_over_its_timestamp() => Assert.Equal(
        """{"op":"login","args":[{"apiKey":"key","passphrase":"words","timestamp":"1538054050","sign":"+LdIr8lkkvhr5hoA3g9TMC0+uQJ849ftAcocA/ouu4M="}]}""",
        (await _handler.BuildAuthenticationAsync(default)).Text());

    [Fact]
    public async Task A_key_without_its_passphrase_is_refused_before_it_is_sent()
    {
        var handler = new OkxHandler(OkxStream.Private, CredentialsProvider.Fixed(new ApiCredentials("key", "secret")));

        await Assert.ThrowsAsync<MissingCredentialsException>(async () => await handler.BuildAuthenticationAsync(default));
    }

    [Fact]
    public void The_answer_to_a_login_is_read()
    {
        Assert.Equal(AuthenticationVerdict.Accepted, Read("""{"event":"login","code":"0","msg":"","connId":"a"}"""));
        Assert.Equal("Login failed. (code 60009)", Read("""{"event":"error","code":"60009","msg":"Login failed.","connId":"a"}""").Rejection);
        Assert.Contains(nameof(OkxHost), Read("""{"event":"error","code":"60032","msg":"API key doesn't exist","connId":"a"}""").Rejection, StringComparison.Ordinal);
        Assert.Equal("Invalid sign (code 60007)", Read("""{"event":"error","code":"60007","msg":"Invalid sign","connId":"a"}""").Rejection);
        Assert.False(Read("""{"event":"error","code":"60018","msg":"no such channel","connId":"a"}""").IsAnswer);

        AuthenticationVerdict Read(string message) => _handler.ReadAuthentication(message.Utf8().Span);
    }

    [Fact]
    public void An_order_gets_its_id() => Assert.Equal(
        """{"id":"id1","op":"order","args":[]}""", JsonNode.Parse(_handler.EncodeRequest("id1", """{"op":"order","args":[]}""".Utf8()).Text())!.ToJsonString());

    [Fact]
    public void A_result_is_the_data_and_a_failure_has_the_code_of_its_entry()
    {
        var placed = _handler.ReadResponse("""{"id":"1","op":"order","data":[{"ordId":"5","sCode":"0"}],"code":"0","msg":""}""".Utf8());
        var failed = _handler.ReadResponse("""{"id":"1","op":"order","data":[{"ordId":"","sCode":"51008","sMsg":"Insufficient balance"}],"code":"1","msg":""}""".Utf8());
        var partly = _handler.ReadResponse("""{"id":"1","op":"batch-orders","data":[{"sCode":"0"},{"sCode":"51008"}],"code":"2","msg":""}""".Utf8());
        var invalid = _handler.ReadResponse("""{"id":"1","op":"order","data":[],"code":"60013","msg":"Invalid args"}""".Utf8());

        Assert.Equal("""[{"ordId":"5","sCode":"0"}]""", placed.Result.Text());
        Assert.Equal(("51008", "Insufficient balance"), (failed.ErrorCode, failed.ErrorMessage));
        Assert.Equal("""[{"sCode":"0"},{"sCode":"51008"}]""", partly.Result.Text());
        Assert.Equal(("60013", "Invalid args"), (invalid.ErrorCode, invalid.ErrorMessage));
    }

    [Theory]
    [InlineData("""{"id":"1","op":"order","data":[{"ordId":"","sCode":"51149","sMsg":"Order timed out"}],"code":"1","msg":""}""", "51149")]
    [InlineData("""{"id":"1","op":"order","data":[],"code":"50004","msg":"Endpoint request timeout"}""", "50004")]
    [InlineData("""{"id":"1","op":"order","code":"50013","msg":"Systems are busy"}""", "50013")]
    [InlineData("""{"id":"1","op":"batch-orders","data":[{"sCode":"51008","sMsg":"no"},{"sCode":"51054","sMsg":"Request timed out"}],"code":"1","msg":""}""", "51054")]
    public void An_error_that_does_not_tell_whether_an_order_lives_leaves_its_outcome_unknown(string response, string code)
    {
        var verdict = _handler.ReadResponse(response.Utf8());

        Assert.True(verdict.IsOutcomeUnknown);
        Assert.Equal(code, verdict.ErrorCode);
        Assert.False(_handler.ReadResponse("""{"id":"1","op":"order","data":[{"sCode":"51008","sMsg":"no"}],"code":"1","msg":""}""".Utf8()).IsOutcomeUnknown);
    }

    [Fact]
    public void Updates_are_numbered_by_their_sequence_id()
    {
        Assert.Equal(123456, _handler.SequenceOf("""{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[],"bids":[],"checksum":-8,"prevSeqId":123455,"seqId":123456}]}""".Utf8().Span));
        Assert.Equal(9, _handler.SequenceOf("""{"arg":{"channel":"books"},"data":[{"seqId": 9, "ts":"1"}]}""".Utf8().Span));
        Assert.Null(_handler.SequenceOf("""{"arg":{"channel":"tickers"},"data":[{"prevSeqId":5}]}""".Utf8().Span));
    }

    [Fact]
    public void Only_the_notice_of_an_upgrade_asks_for_a_new_connection()
    {
        Assert.True(_handler.ShouldReconnect("""{"event":"notice","code":"64008","msg":"Please reconnect.","connId":"a"}""".Utf8().Span));
        Assert.False(_handler.ShouldReconnect("""{"event":"channel-conn-count","channel":"orders","connCount":"2","connId":"a"}""".Utf8().Span));
        Assert.False(_handler.ShouldReconnect("""{"event":"error","code":"64008","msg":"no notice","connId":"a"}""".Utf8().Span));
    }

    [Theory]
    [InlineData(4001, ErrorClass.AuthenticationRejected)]
    [InlineData(4002, ErrorClass.ProtocolViolation)]
    [InlineData(4004, ErrorClass.Idle)]
    [InlineData(4007, ErrorClass.AbnormalClosure)]
    [InlineData(4008, ErrorClass.PolicyViolation)]
    [InlineData(1001, null)]
    public void Its_close_codes_have_their_class(int code, ErrorClass? expected) => Assert.Equal(expected, _handler.ClassifyClose(code, ""));

    [Fact]
    public void Its_ping_and_pong_are_plain_text()
    {
        Assert.Equal("ping", _handler.BuildPing()!.Text());
        Assert.True(_handler.IsPong("pong"u8));
        Assert.False(_handler.IsPong("""{"event":"login","code":"0"}"""u8));
    }

    [Theory]
    [InlineData(OkxStream.Public, "wss://ws.okx.com:8443/ws/v5/public")]
    [InlineData(OkxStream.Private, "wss://ws.okx.com:8443/ws/v5/private")]
    [InlineData(OkxStream.Business, "wss://ws.okx.com:8443/ws/v5/business")]
    public void Each_socket_has_its_address_and_limits(OkxStream stream, string url)
    {
        var options = Okx.CreateOptions(stream);

        Assert.Equal(new Uri(url), options.Url);
        Assert.False(options.Heartbeat.UseFramePing);
        Assert.True(options.Heartbeat.PingInterval + options.Heartbeat.PongTimeout < TimeSpan.FromSeconds(30));
        Assert.Equal(3, options.Rates.ConnectionAttempts.Limit + options.Rates.ConnectionAttempts.Burst);
        Assert.True(options.Rates.SubscriptionsPerConnection);
        Assert.Equal((480, TimeSpan.FromHours(1)), (options.Rates.Subscriptions.Limit + options.Rates.Subscriptions.Burst, options.Rates.Subscriptions.Interval));
        Assert.Empty(OptionsValidator.Validate(options));
    }

    [Fact]
    public void A_topic_of_another_form_is_left_to_the_exchange_to_refuse() => Assert.Equal(
        """{"id":"id1","op":"subscribe","args":[{"channel":"tickers?BTC-USDT"}]}""", _handler.Subscribe(new Topic("tickers?BTC-USDT")));
}
