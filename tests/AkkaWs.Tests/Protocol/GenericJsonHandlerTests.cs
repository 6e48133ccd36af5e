using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Protocol;

public sealed class GenericJsonHandlerTests
{
    private readonly GenericJsonHandler _bybit = new();

    public static TheoryData<string, MessageKind, string> Messages => new()
    {
        { """{"topic":"orderbook.1.BTCUSDT","ts":1,"data":{"u":2}}""", MessageKind.Update, "orderbook.1.BTCUSDT" },
        { """{"id":"5923","topic":"order","creationTime":1,"data":[]}""", MessageKind.Update, "order" },
        { """{"success":true,"topic":"order"}""", MessageKind.Update, "order" },
        { """ { "data" : {"topic":"inner"} , "topic" : "outer" } """, MessageKind.Update, "outer" },
        { """{"topic":"a\/b"}""", MessageKind.Update, "a\\/b" },
        { """{"topic":7}""", MessageKind.Update, "7" },
        { """{"topic":"","req_id":"r"}""", MessageKind.Response, "r" },
        { """{"topic":"\n\u0020","req_id":"r"}""", MessageKind.Response, "r" },
        { """{"topic":null,"req_id":"r"}""", MessageKind.Response, "r" },
        { """{"reqId":"r","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"x"}}""", MessageKind.Response, "r" },
        { """{"reqId":"r","retCode":10001,"retMsg":"bad","op":"order.create"}""", MessageKind.Response, "r" },
        { """{"id":17,"result":null}""", MessageKind.Response, "17" },
        { """{"success":true,"ret_msg":"subscribe","conn_id":"c","req_id":"1","op":"subscribe"}""", MessageKind.Control, "" },
        { """{"success":false,"ret_msg":"error:handler not found","conn_id":"c","req_id":"1","op":"subscribe"}""", MessageKind.Control, "" },
        { """{"success":true,"ret_msg":"","conn_id":"c","req_id":"1","op":"unsubscribe"}""", MessageKind.Control, "" },
        { """{"success":true,"ret_msg":"","conn_id":"c","request":{"op":"subscribe","args":["a"]}}""", MessageKind.Control, "" },
        { """{"success":false,"ret_msg":"Invalid JSON","conn_id":"c","req_id":"","op":""}""", MessageKind.Control, "" },
        { """{"success":true,"ret_msg":"","op":"auth","conn_id":"c","req_id":"5"}""", MessageKind.System, "" },
        { """{"reqId":"1","retCode":0,"retMsg":"OK","op":"auth","connId":"c"}""", MessageKind.System, "" },
        { """{"success":true,"ret_msg":"pong","conn_id":"c","req_id":"","op":"ping"}""", MessageKind.System, "" },
        { """{"success":true,"ret_msg":"pong","conn_id":"c","request":{"op":"ping","args":null}}""", MessageKind.System, "" },
        { """{"req_id":"1","op":"pong","args":["1675418560633"],"conn_id":"c"}""", MessageKind.System, "" },
        { """{"op":"ping"}""", MessageKind.System, "" },
        { """{"op":"order.create","req_id":" "}""", MessageKind.Unknown, "" },
        { """{"event":"hello"}""", MessageKind.Unknown, "" },
        { "{}", MessageKind.Unknown, "" },
        { "", MessageKind.Unknown, "" },
        { "pong", MessageKind.Unknown, "" },
        { """[{"topic":"a"}]""", MessageKind.Unknown, "" },
        { """{"req_id":"r","op":"order.create" """, MessageKind.Unknown, "" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_told_by_its_fields(string message, MessageKind kind, string key)
    {
        var utf8 = Encoding.UTF8.GetBytes(message);

        var classification = _bybit.Classify(utf8);

        Assert.Equal(kind, classification.Kind);
        Assert.Equal(key, Encoding.UTF8.GetString(classification.KeyOf(utf8)));
    }

    [Fact]
    public void Classification_allocates_nothing()
    {
        // Only a name that begins with an escape is worth a string.
        var messages = Messages.Select(row => (string)row[0]).Where(message => !message.Contains("\"\\", StringComparison.Ordinal)).Select(Encoding.UTF8.GetBytes).ToArray();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            Run();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            foreach (var message in messages)
                _bybit.Classify(message);
        }
    }

    [Fact]
    public void Keys_are_named_with_their_escapes_resolved()
    {
        Assert.Equal("a/b", _bybit.TopicOf("a\\/b"u8));
        Assert.Equal("a\"b", _bybit.RequestIdOf("a\\\"b"u8));
    }

    [Fact]
    public void Where_acknowledgements_name_their_topic_an_operation_behind_it_still_counts()
    {
        var handler = new GenericJsonHandler(new() { AcknowledgementsNameTopic = true });
        var accepted = """{"topic":"a","op":"subscribe"}"""u8;
        var refused = """{"topic":"a","success":false,"msg":"no such"}"""u8;

        Assert.Equal(MessageKind.Control, handler.Classify(accepted).Kind);
        Assert.Equal(MessageKind.Control, handler.Classify(refused).Kind);
        Assert.Equal(MessageKind.Update, handler.Classify("""{"topic":"a","data":[]}"""u8).Kind);
        Assert.Equal(["a"], handler.ReadAcknowledgement(accepted)!.Topics);
        Assert.Equal("a (no such)", Assert.Single(handler.ReadAcknowledgement(refused)!.Failures).ToString());
    }

    [Fact]
    public void Topics_are_subscribed_in_the_venues_words()
    {
        Assert.Equal("""{"req_id":"r1","op":"subscribe","args":["tickers.BTCUSDT","a\"b+é"]}""", TextOf(_bybit.BuildSubscribe(["tickers.BTCUSDT", "a\"b+é"], "r1")));
        Assert.Equal("""{"req_id":"r2","op":"unsubscribe","args":["order"]}""", TextOf(_bybit.BuildUnsubscribe(["order"], "r2")));
    }

    [Fact]
    public void The_words_are_a_matter_of_options()
    {
        var handler = new GenericJsonHandler(new()
        {
            OperationField = "method",
            ArgumentsField = "params",
            SubscribeOperation = "SUBSCRIBE",
            SubscriptionIdField = "id",
            NumericRequestIds = true,
            MaxTopicsPerMessage = 7,
            ConfirmsSubscriptions = false,
        });

        Assert.Equal("""{"id":1,"method":"SUBSCRIBE","params":["btcusdt@aggTrade"]}""", TextOf(handler.BuildSubscribe(["btcusdt@aggTrade"], handler.NextRequestId())));
        Assert.Equal("2", handler.NextRequestId().Value);
        Assert.Equal(7, handler.MaxTopicsPerMessage);
        Assert.False(handler.ConfirmsSubscriptions);
    }

    [Fact]
    public void Names_that_every_message_needs_are_required()
    {
        Assert.ThrowsAny<ArgumentException>(() => new GenericJsonHandler(new() { TopicField = "" }));
        Assert.ThrowsAny<ArgumentException>(() => new GenericJsonHandler(new() { ArgumentsField = "" }));
        Assert.ThrowsAny<ArgumentException>(() => new GenericJsonHandler(new() { SubscribeOperation = null! }));
        Assert.ThrowsAny<ArgumentException>(() => new GenericJsonHandler(new() { MaxTopicsPerMessage = 0 }));
    }

    [Fact]
    public void A_confirmation_speaks_of_the_message_with_its_id()
    {
        var confirmed = _bybit.ReadAcknowledgement("""{"success":true,"ret_msg":"subscribe","conn_id":"c","req_id":"1","op":"subscribe"}"""u8)!;
        var refused = _bybit.ReadAcknowledgement("""{"success":false,"ret_msg":"error:handler not found,topic:x","conn_id":"c","req_id":"1","op":"subscribe"}"""u8)!;
        var anonymous = _bybit.ReadAcknowledgement("""{"success":false,"ret_msg":"","conn_id":"c"}"""u8)!;

        Assert.Equal((new RequestId("1"), null), ((RequestId)confirmed.RequestId!, confirmed.Rejection));
        Assert.Null(confirmed.Topics);
        Assert.Equal((new RequestId("1"), "error:handler not found,topic:x"), ((RequestId)refused.RequestId!, refused.Rejection));
        Assert.Empty(refused.Failures);
        Assert.Null(anonymous.RequestId);
        Assert.Equal("no reason given", anonymous.Rejection);
    }

    [Theory]
    [InlineData("""{"op":"auth","success":true}""")]
    [InlineData("""{"op":"pong"}""")]
    [InlineData("""{"op":"subscribe" """)]
    [InlineData("""{"data":1}""")]
    public void What_confirms_nothing_is_no_acknowledgement(string message) => Assert.Null(_bybit.ReadAcknowledgement(Encoding.UTF8.GetBytes(message)));

    [Theory]
    [InlineData("""{"success":true,"ret_msg":"","op":"auth","conn_id":"c","req_id":"5"}""", true, null)]
    [InlineData("""{"reqId":"1","retCode":0,"retMsg":"OK","op":"auth","connId":"c"}""", true, null)]
    [InlineData("""{"success":false,"ret_msg":"Params Error","op":"auth","conn_id":"c"}""", true, "Params Error")]
    [InlineData("""{"reqId":"1","retCode":10004,"retMsg":"Invalid sign","op":"auth","connId":"c"}""", true, "Invalid sign")]
    [InlineData("""{"retCode":10004,"op":"auth"}""", true, "code 10004")]
    [InlineData("""{"success":true,"op":"subscribe"}""", false, null)]
    [InlineData("auth", false, null)]
    public void The_answer_to_a_login_is_read_in_both_shapes(string message, bool isAnswer, string? rejection)
    {
        var verdict = _bybit.ReadAuthentication(Encoding.UTF8.GetBytes(message));

        Assert.Equal((isAnswer, rejection), (verdict.IsAnswer, verdict.Rejection));
    }

    [Theory]
    [InlineData("""{"success":true,"ret_msg":"pong","conn_id":"c","req_id":"","op":"ping"}""", true, false)]
    [InlineData("""{"req_id":"1","op":"pong","args":["1675418560633"],"conn_id":"c"}""", true, false)]
    [InlineData("""{"success":true,"ret_msg":"pong","conn_id":"c"}""", true, false)]
    [InlineData("""{"op":"ping"}""", false, true)]
    [InlineData("""{"op":"auth","success":true}""", false, false)]
    [InlineData("""{"op":"subscribe","success":true,"ret_msg":"pong"}""", false, false)]
    [InlineData("pong", false, false)]
    public void A_pong_is_told_from_the_servers_ping(string message, bool isPong, bool isPing)
    {
        var utf8 = Encoding.UTF8.GetBytes(message);

        Assert.Equal((isPong, isPing), (_bybit.IsPong(utf8), _bybit.IsServerPing(utf8)));
    }

    [Fact]
    public void Pings_and_pongs_are_written_where_the_venue_has_them()
    {
        Assert.Equal("""{"op":"ping"}""", TextOf(_bybit.BuildPing()!));
        Assert.Equal("""{"op":"pong"}""", TextOf(_bybit.BuildPong("""{"op":"ping"}"""u8)!));
        var mute = new GenericJsonHandler(new() { PingOperation = null, PongOperation = null });
        Assert.Null(mute.BuildPing());
        Assert.Null(mute.BuildPong(default));
    }

    [Theory]
    [InlineData("{}", """{"reqId":"r1"}""")]
    [InlineData(""" {"op":"order.create","args":[{"reqId":1}]}""", """ {"reqId":"r1","op":"order.create","args":[{"reqId":1}]}""")]
    [InlineData("""{"op":"x","reqId":"old","args":[]}""", """{"op":"x","reqId":"r1","args":[]}""")]
    [InlineData("""{"reqId" : {"a":[1]} , "reqId":2}""", """{"reqId" : "r1" , "reqId":"r1"}""")]
    [InlineData("""{"req\u0049d":0}""", """{"req\u0049d":"r1"}""")]
    public void The_id_is_written_into_the_request(string payload, string expected) =>
        Assert.Equal(expected, TextOf(_bybit.EncodeRequest("r1", Encoding.UTF8.GetBytes(payload))));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("ping")]
    [InlineData("""{"op":"x" """)]
    public void A_request_that_is_no_JSON_object_is_an_argument_error(string payload)
    {
        var thrown = Assert.Throws<ArgumentException>(() => _bybit.EncodeRequest("r1", Encoding.UTF8.GetBytes(payload)));

        Assert.Contains("JSON object", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_is_escaped_and_numbers_stay_numbers_where_the_venue_wants_them()
    {
        var numbering = new GenericJsonHandler(new() { RequestIdField = "id", NumericRequestIds = true });

        Assert.Equal("""{"reqId":"a\"b"}""", TextOf(_bybit.EncodeRequest("a\"b", "{}"u8.ToArray())));
        Assert.Equal("""{"id":17}""", TextOf(numbering.EncodeRequest("17", "{}"u8.ToArray())));
        Assert.Equal("""{"id":"x17"}""", TextOf(numbering.EncodeRequest("x17", "{}"u8.ToArray())));
    }

    [Theory]
    [InlineData("""{"reqId":"r","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"x"}}""", """{"orderId":"x"}""")]
    [InlineData("""{"reqId":"r","code":"0","data":"text"}""", "\"text\"")]
    [InlineData("""{"reqId":"r","success":true}""", """{"reqId":"r","success":true}""")]
    public void A_result_is_cut_out_of_its_response(string message, string result)
    {
        var verdict = _bybit.ReadResponse(Encoding.UTF8.GetBytes(message));

        Assert.False(verdict.IsError);
        Assert.Equal(result, Encoding.UTF8.GetString(verdict.Result.Span));
    }

    [Theory]
    [InlineData("""{"reqId":"r","retCode":110007,"retMsg":"ab not \"enough\"","data":{}}""", "110007", "ab not \"enough\"")]
    [InlineData("""{"reqId":"r","code":"51008"}""", "51008", "code 51008")]
    [InlineData("""{"reqId":"r","success":false,"ret_msg":"no"}""", "rejected", "no")]
    public void An_error_of_the_servers_is_told_with_code_and_words(string message, string code, string words)
    {
        var verdict = _bybit.ReadResponse(Encoding.UTF8.GetBytes(message));

        Assert.Equal((true, code, words), (verdict.IsError, verdict.ErrorCode, verdict.ErrorMessage));
    }

    [Theory]
    [InlineData("""{"topic":"t","data":{"s":"x","u":42}}""", 42L)]
    [InlineData("""{"topic":"t","data":{"u":"42"}}""", 42L)]
    [InlineData("""{"topic":"t","data":{"u":4.2}}""", null)]
    [InlineData("""{"topic":"t","data":[{"u":1}]}""", null)]
    [InlineData("""{"topic":"t"}""", null)]
    [InlineData("nothing", null)]
    public void A_sequence_number_is_found_along_its_path(string update, long? expected)
    {
        var handler = new GenericJsonHandler(new() { SequencePath = ["data", "u"] });

        Assert.Equal(expected, handler.SequenceOf(Encoding.UTF8.GetBytes(update)));
        Assert.Null(_bybit.SequenceOf(Encoding.UTF8.GetBytes(update)));
    }

    [Fact]
    public async Task A_login_is_added_by_deriving()
    {
        var handler = new WithLogin();

        Assert.False(_bybit.RequiresAuthentication);
        Assert.Equal("""{"op":"auth","args":["key",17]}""", TextOf(await handler.BuildAuthenticationAsync(CancellationToken.None)));
    }

    private static string TextOf(OutboundMessage message)
    {
        Assert.False(message.IsBinary);
        return Encoding.UTF8.GetString(message.Payload.Span);
    }

    private sealed class WithLogin : GenericJsonHandler
    {
        public override bool RequiresAuthentication => true;

        public override ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) =>
            new(BuildCommand("auth", id: null, args =>
            {
                args.WriteStringValue("key");
                args.WriteNumberValue(17);
            }));
    }
}
