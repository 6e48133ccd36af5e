using System.Text;
using AkkaWs.Protocol;
using AkkaWs.Tests.Captures;

namespace AkkaWs.Tests.Protocol;

/// <summary>The generic handler in the words of venues that are not its default.</summary>
public sealed class GenericJsonVenueTests
{
    private readonly GenericJsonHandler _okx = new(VenueOptions.Okx);
    private readonly GenericJsonHandler _binance = new(VenueOptions.Binance);
    private readonly GenericJsonHandler _coinbase = new(VenueOptions.Coinbase);

    [Theory]
    [InlineData("""{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"last":"1"}]}""", "tickers:BTC-USDT")]
    [InlineData("""{"data":[{}],"arg":{"instId":"BTC-USDT","uid":"7","channel":"books"},"action":"update"}""", "books:BTC-USDT")]
    [InlineData("""{"arg":{"channel":"tickers","instId":"BTC-\u0055SDT"},"data":[]}""", "tickers:BTC-USDT")]
    public void A_topic_of_several_nested_fields_is_composed(string message, string topic)
    {
        Assert.Equal((MessageKind.Update, true), (Classify(_okx, message).Kind, Classify(_okx, message).IsComposed));
        Assert.Equal(topic, Composed(_okx, message));
    }

    [Theory]
    [InlineData("""{"event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"a"}""", MessageKind.Control)]
    [InlineData("""{"event":"login","code":"0","msg":"","connId":"a"}""", MessageKind.System)]
    [InlineData("""{"event":"error","code":"60009","msg":"Login failed."}""", MessageKind.System)]
    [InlineData("""{"id":"7","event":"error","code":"60012","msg":"Invalid request"}""", MessageKind.Response)]
    [InlineData("""{"id":"1512","op":"order","data":[],"code":"0","msg":""}""", MessageKind.Response)]
    [InlineData("pong", MessageKind.System)]
    [InlineData("pang", MessageKind.Unknown)]
    [InlineData("""{"arg":{"channel":"tickers"},"data":[]}""", MessageKind.Unknown)]
    public void Each_message_of_OKX_goes_where_it_belongs(string message, MessageKind kind) => Assert.Equal(kind, Classify(_okx, message).Kind);

    [Fact]
    public void Topics_of_a_template_are_subscribed_as_objects_and_acknowledged_one_by_one()
    {
        Assert.Equal(
            """{"id":"7","op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"},{"channel":"books","instId":"ETH-USDT"},"nonsense"]}""",
            Text(_okx.BuildSubscribe(["tickers:BTC-USDT", "books:ETH-USDT", "nonsense"], "7")));

        var answer = _okx.ReadAcknowledgement("""{"id":"7","event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"a"}"""u8)!;
        Assert.Equal(("7", "tickers:BTC-USDT"), (answer.RequestId?.Value, Assert.Single(answer.Topics!).Value));
        Assert.Equal("Invalid request", _okx.ReadAcknowledgement("""{"id":"7","event":"error","code":"60012","msg":"Invalid request"}"""u8)!.Rejection);
    }

    [Fact]
    public void A_plain_text_heartbeat_goes_both_ways()
    {
        Assert.Equal("ping", Text(_okx.BuildPing()!));
        Assert.True(_okx.IsPong("pong"u8));
        Assert.True(_okx.IsServerPing("ping"u8));
        Assert.Equal("pong", Text(_okx.BuildPong("ping"u8)!));
        Assert.False(_okx.IsPong("{}"u8));
    }

    [Fact]
    public void A_result_of_null_with_the_messages_id_confirms_and_an_error_object_refuses()
    {
        Assert.Equal("""{"id":3,"method":"SUBSCRIBE","params":["btcusdt@trade"]}""", Text(_binance.BuildSubscribe(["btcusdt@trade"], "3")));
        Assert.Equal(MessageKind.Response, Classify(_binance, """{"result":null,"id":3}""").Kind);
        Assert.Null(_binance.ReadAcknowledgement("""{"result":null,"id":3}"""u8)!.Rejection);
        Assert.Equal("Invalid request: unknown variant", _binance.ReadAcknowledgement("""{"error":{"code":2,"msg":"Invalid request: unknown variant"},"id":3}"""u8)!.Rejection);

        var verdict = _binance.ReadResponse("""{"id":"x","status":400,"error":{"code":-1021,"msg":"Timestamp is outside of recvWindow"}}"""u8.ToArray());
        Assert.Equal((true, "-1021", "Timestamp is outside of recvWindow"), (verdict.IsError, verdict.ErrorCode, verdict.ErrorMessage));
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(_binance.ReadResponse("""{"id":"x","status":200,"error":null,"result":{"a":1}}"""u8.ToArray()).Result.Span));
        Assert.Equal("no such thing", new GenericJsonHandler(new() { ErrorField = "error" }).ReadResponse("""{"reqId":"x","error":"no such thing"}"""u8.ToArray()).ErrorMessage);
    }

    [Fact]
    public void The_operation_field_may_be_part_of_the_topic()
    {
        const string Ticker = """{"type":"ticker","sequence":17,"product_id":"BTC-USD","price":"1"}""";

        Assert.Equal("ticker:BTC-USD", Composed(_coinbase, Ticker));
        Assert.Equal(MessageKind.Control, Classify(_coinbase, """{"type":"subscriptions","channels":[]}""").Kind);
        Assert.Equal(MessageKind.System, Classify(_coinbase, """{"type":"error","message":"no"}""").Kind);
    }

    [Fact]
    public async Task A_login_is_an_option()
    {
        var calls = 0;
        var handler = new GenericJsonHandler(new() { AuthenticationOperation = "login", Login = _ => new([new { apiKey = "key", n = ++calls }, 17, "s"]) });

        Assert.True(handler.RequiresAuthentication);
        Assert.Equal("""{"op":"login","args":[{"apiKey":"key","n":1},17,"s"]}""", Text(await handler.BuildAuthenticationAsync(CancellationToken.None)));
        Assert.Equal("""{"op":"login","args":[{"apiKey":"key","n":2},17,"s"]}""", Text(await handler.BuildAuthenticationAsync(CancellationToken.None)));
        Assert.Equal(AuthenticationVerdict.Accepted, _okx.ReadAuthentication("""{"event":"login","code":"0"}"""u8));
        Assert.Equal("Login failed.", _okx.ReadAuthentication("""{"event":"error","code":"60009","msg":"Login failed."}"""u8).Rejection);
        Assert.Throws<ArgumentNullException>(() => new GenericJsonHandler(new() { AuthenticationOperation = null, Login = _ => default }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("topic")]
    [InlineData("{a")]
    [InlineData("{}")]
    [InlineData("{a..b}")]
    [InlineData("{{a}}")]
    [InlineData("{a}{b}{c}{d}{e}{f}{g}{h}{i}")]
    public void A_template_that_is_none_is_refused_at_construction(string template) =>
        Assert.Throws<ArgumentException>(() => new GenericJsonHandler(new() { TopicTemplate = template }));

    [Theory]
    [InlineData("{a}", """{"b":1,"a":"x"}""", "x")]
    [InlineData("{a.b.c}", """{"a":{"b":{"c":5}}}""", "5")]
    [InlineData("v1/{a}-{b}!", """{"b":2,"a":"x"}""", "v1/x-2!")]
    [InlineData("{a}:{a}", """{"a":"x"}""", "x:x")]
    [InlineData("{a}{b}", """{"a":"x","b":"y"}""", "xy")]
    [InlineData("{a}:{b}", """{"a":"x","b":""}""", null)]
    [InlineData("{a}:{b}", """{"a":"x","b":{}}""", null)]
    [InlineData("{a.b}", """{"a":[{"b":1}]}""", null)]
    public void Templates_compose_what_they_say(string template, string message, string? topic)
    {
        var handler = new GenericJsonHandler(new() { TopicTemplate = template });
        var utf8 = Encoding.UTF8.GetBytes(message);
        var classification = handler.Classify(utf8);

        Assert.Equal(topic is null ? MessageKind.Unknown : MessageKind.Update, classification.Kind);
        if (topic is not null)
            Assert.Equal(topic, classification.IsComposed ? Composed(handler, message) : handler.TopicOf(classification.KeyOf(utf8)).Value);
    }

    [Fact]
    public void A_key_without_room_is_no_key() =>
        Assert.Equal(0, _okx.ComposeKey("""{"arg":{"channel":"tickers","instId":"BTC-USDT"}}"""u8, new byte[10]));

    private static Classification Classify(ProtocolHandler handler, string message) => handler.Classify(Encoding.UTF8.GetBytes(message));

    private static string Composed(ProtocolHandler handler, string message)
    {
        var key = new byte[512];
        var length = handler.ComposeKey(Encoding.UTF8.GetBytes(message), key);
        return handler.TopicOf(key.AsSpan(0, length)).Value;
    }

    private static string Text(OutboundMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
