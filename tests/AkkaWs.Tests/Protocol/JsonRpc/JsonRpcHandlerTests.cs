using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;

namespace AkkaWs.Tests.Protocol.JsonRpc;

public sealed class JsonRpcHandlerTests
{
    private readonly JsonRpcHandler _handler = new(new DeribitStyle());

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","result":19,"id":1}""", MessageKind.Response, "1")]
    [InlineData("""{"id":"a-1","error":{"code":-32601,"message":"Method not found"},"jsonrpc":"2.0"}""", MessageKind.Response, "a-1")]
    [InlineData("""{"jsonrpc":"2.0","result":null,"id":1.0}""", MessageKind.Response, "1")]
    [InlineData("""{"jsonrpc":"2.0","result":{"id":7,"method":"x"},"id":-3}""", MessageKind.Response, "-3")]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"2.0","result":1}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"1.0","result":1,"id":1}""", MessageKind.Unknown, "")]
    [InlineData("""{"result":1,"id":1}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"2.0","result":1,"id":true}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"2.0","method":"ask","id":4}""", MessageKind.System, "")]
    [InlineData("""{"jsonrpc":"2.0","method":"ask","id":null}""", MessageKind.System, "")]
    [InlineData("""{"jsonrpc":"2.0","method":"tell"}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"2.0","method":1,"id":4}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"data":{},"channel":"book.X.raw"}}""", MessageKind.Update, "book.X.raw")]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":["book"]}""", MessageKind.Unknown, "")]
    [InlineData("""{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}""", MessageKind.System, "")]
    [InlineData("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"x"}""", MessageKind.Unknown, "")]
    [InlineData("""[{"jsonrpc":"2.0","result":1,"id":12},{"jsonrpc":"2.0","result":2,"id":9},{"jsonrpc":"2.0","error":{"code":1,"message":"no"},"id":null}]""", MessageKind.Response, "9")]
    [InlineData("""[{"jsonrpc":"2.0","method":"ask","id":4},{"jsonrpc":"2.0","method":"ask","id":5}]""", MessageKind.System, "")]
    [InlineData("""[{"jsonrpc":"2.0","method":"subscription","params":{"channel":"x"}},{"jsonrpc":"2.0","method":"ask","id":5}]""", MessageKind.Batch, "")]
    [InlineData("[]", MessageKind.Unknown, "")]
    [InlineData("[1,", MessageKind.Unknown, "")]
    [InlineData("ping", MessageKind.Unknown, "")]
    [InlineData("", MessageKind.Unknown, "")]
    public void Each_message_is_what_the_specification_says(string message, MessageKind kind, string key)
    {
        var utf8 = Encoding.UTF8.GetBytes(message);

        var classification = _handler.Classify(utf8);

        Assert.Equal(kind, classification.Kind);
        if (kind == MessageKind.Response)
            Assert.Equal(key, _handler.RequestIdOf(classification.KeyOf(utf8)).Value);
        else
            Assert.Equal(key, Encoding.UTF8.GetString(classification.KeyOf(utf8)));
    }

    [Fact]
    public void Requests_get_their_version_and_a_number_or_a_string_as_id()
    {
        var strings = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions { StringIds = true });
        Assert.Equal(["1", "2"], [_handler.NextRequestId().Value, _handler.NextRequestId().Value]);
        Assert.Equal(26, strings.NextRequestId().Value.Length);

        const string Payload = """{"method":"subtract","params":[42,23]}""";
        Assert.Equal("""{"jsonrpc":"2.0","id":7,"method":"subtract","params":[42,23]}""", Encode(_handler, "7", Payload));
        Assert.Equal("""{"jsonrpc":"2.0","id":"7","method":"subtract","params":[42,23]}""", Encode(strings, "7", Payload));
        Assert.Equal("""{"jsonrpc":"2.0","id":"x\"y","method":"m"}""", Encode(_handler, "x\"y", """{"method":"m"}"""));
    }

    [Fact]
    public void Numbers_go_on_behind_those_that_callers_chose()
    {
        Encode(_handler, "41", """{"method":"m"}""");
        Assert.Equal("42", _handler.NextRequestId().Value);

        Encode(_handler, "7", """{"method":"m"}""");
        Encode(_handler, "9223372036854775807", """{"method":"m"}""");
        Encode(_handler, "text", """{"method":"m"}""");
        Assert.Equal("43", _handler.NextRequestId().Value);
    }

    [Fact]
    public async Task The_ids_of_pings_and_of_the_last_login_are_no_callers()
    {
        var handler = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions { Login = _ => new(new JsonRpcRequest("public/auth")) });
        Assert.Equal((true, false), (handler.IsOwnId("ping"), handler.IsOwnId("1")));

        await handler.BuildAuthenticationAsync(CancellationToken.None);

        Assert.Equal((true, false), (handler.IsOwnId("1"), handler.IsOwnId("2")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("""{"params":[]}""")]
    [InlineData("""[{"id":null,"params":[]}]""")]
    [InlineData("""[{"method":"only a notification"}]""")]
    [InlineData("""[{"id":null,"method":"m"}""")]
    public void A_payload_that_is_no_call_is_an_argument_error(string payload) =>
        Assert.Throws<ArgumentException>(() => Encode(_handler, "1", payload));

    [Fact]
    public void A_batch_numbers_its_calls_and_leaves_notifications_without_id()
    {
        var batch = new JsonRpcBatch().Call("a", new[] { 1 }).Notify("b").Call("c", new { price = 2 });
        var first = _handler.NextRequestId();

        Assert.Equal(
            """[{"jsonrpc":"2.0","id":1,"method":"a","params":[1]},{"jsonrpc":"2.0","method":"b"},{"jsonrpc":"2.0","id":2,"method":"c","params":{"price":2}}]""",
            Encoding.UTF8.GetString(_handler.EncodeRequest(first, batch.ToPayload()).Payload.Span));
        Assert.Throws<InvalidOperationException>(() => new JsonRpcBatch().Notify("b").ToPayload());
    }

    [Fact]
    public void The_results_of_a_batch_come_in_the_order_of_its_calls_whatever_the_servers_order()
    {
        var batch = new JsonRpcBatch().Call("a").Call("b").Call("c");
        var results = batch.Read("feed", "9",
            """[{"jsonrpc":"2.0","result":"c","id":11},{"jsonrpc":"2.0","result":"a","id":9},{"jsonrpc":"2.0","error":{"code":5,"message":"no","data":[1]},"id":10}]"""u8.ToArray());

        Assert.Equal("a", results[0].Get<string>());
        Assert.Equal("c", results[2].Get<string>());
        var error = Assert.Throws<JsonRpcException>(() => results[1].Get<string>());
        Assert.Equal((5, "no", "[1]"), (error.Error.Code, error.Error.Message, error.Error.Data?.GetRawText()));
        Assert.All(batch.Read("feed", "9", """[{"jsonrpc":"2.0","result":"a","id":9}]"""u8.ToArray()), r => Assert.NotNull(r.Error));
    }

    [Fact]
    public void An_error_object_becomes_an_exception_with_code_message_and_data()
    {
        var verdict = _handler.ReadResponse("""{"jsonrpc":"2.0","id":3,"error":{"code":10009,"message":"not_enough_funds","data":{"missing":"1.5"}}}"""u8.ToArray());

        var error = Assert.IsType<JsonRpcException>(_handler.CreateError("deribit", "3", verdict));
        Assert.True(verdict.IsError);
        Assert.Equal((10009, "not_enough_funds"), (error.Error.Code, error.Error.Message));
        Assert.Equal("1.5", error.Error.Data?.GetProperty("missing").GetString());
        Assert.Equal(("10009", "not_enough_funds", "deribit", "3"), (error.Code, error.Description, error.Connection, error.RequestId.Value));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":3}""")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"result":1,"error":{"code":1,"message":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"error":"broken"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"error":{"code":"1","message":"x"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"error":{"code":1}}""")]
    public void A_response_that_breaks_the_specification_is_a_format_error(string message) =>
        Assert.Throws<FormatException>(() => _handler.ReadResponse(Encoding.UTF8.GetBytes(message)));

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":3,"result":null}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"result":[1,2],"error":null}""", "[1,2]")]
    public void A_result_may_be_anything(string message, string result)
    {
        var verdict = _handler.ReadResponse(Encoding.UTF8.GetBytes(message));

        Assert.False(verdict.IsError);
        Assert.Equal(result, Encoding.UTF8.GetString(verdict.Result.Span));
    }

    [Fact]
    public void Deribit_confirms_the_channels_that_its_answer_lists()
    {
        Assert.Equal("""{"jsonrpc":"2.0","id":5,"method":"public/subscribe","params":{"channels":["a","b"]}}""", Text(_handler.BuildSubscribe(["a", "b"], "5")));

        var answer = _handler.ReadAcknowledgement("""{"jsonrpc":"2.0","id":5,"result":["b"],"usIn":1}"""u8)!;
        Assert.Equal("5", answer.RequestId?.Value);
        Assert.Equal(["b"], answer.Topics!);
        Assert.NotNull(answer.RefusesOthers);

        var refusal = _handler.ReadAcknowledgement("""{"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"Invalid params"}}"""u8)!;
        Assert.Equal("Invalid params (-32602)", refusal.Rejection);
    }

    [Fact]
    public void Rpc_websockets_tells_of_each_event()
    {
        var handler = new JsonRpcHandler(new RpcWebSocketsStyle());
        Assert.Equal("""{"jsonrpc":"2.0","id":5,"method":"rpc.on","params":["a","b"]}""", Text(handler.BuildSubscribe(["a", "b"], "5")));
        Assert.Equal("""{"jsonrpc":"2.0","id":6,"method":"rpc.off","params":["a"]}""", Text(handler.BuildUnsubscribe(["a"], "6")));

        var answer = handler.ReadAcknowledgement("""{"jsonrpc":"2.0","result":{"a":"ok","b":"provided event invalid"},"id":5}"""u8)!;

        Assert.Equal(["a"], answer.Topics!);
        Assert.Equal("b (provided event invalid)", Assert.Single(answer.Failures).ToString());
        var push = """{"notification":"a","params":[1]}"""u8;
        var classification = handler.Classify(push);
        Assert.Equal((MessageKind.Update, "a"), (classification.Kind, Encoding.UTF8.GetString(classification.KeyOf(push))));
    }

    [Theory]
    [InlineData("newHeads", """["newHeads"]""")]
    [InlineData("""logs:{"address":"0x8320"}""", """["logs",{"address":"0x8320"}]""")]
    [InlineData("odd:name", """["odd:name"]""")]
    public void Ethereum_subscribes_one_topic_a_call_with_its_filter(string topic, string parameters)
    {
        var handler = new JsonRpcHandler(new EthereumStyle());

        Assert.Equal(1, handler.MaxTopicsPerMessage);
        Assert.Equal($$"""{"jsonrpc":"2.0","id":5,"method":"eth_subscribe","params":{{parameters}}}""", Text(handler.BuildSubscribe([topic], "5")));
    }

    [Fact]
    public void Ethereum_learns_the_servers_name_from_the_response_and_unsubscribes_by_it()
    {
        var handler = new JsonRpcHandler(new EthereumStyle());
        handler.BuildSubscribe(["newHeads"], "5");
        const string Response = """{"jsonrpc":"2.0","id":5,"result":"0xcd0c"}""";

        Assert.False(handler.TryLearn("""{"jsonrpc":"2.0","id":4,"result":"0xcd0c"}"""u8, out _));
        Assert.True(handler.TryLearn(Encoding.UTF8.GetBytes(Response), out var learned));
        Assert.Equal(("0xcd0c", "newHeads"), (Encoding.UTF8.GetString(learned.Key.Span), learned.Topic.Value));
        Assert.Equal(default, handler.TopicOf("0xcd0c"u8));
        Assert.Equal("5", handler.ReadAcknowledgement(Encoding.UTF8.GetBytes(Response))!.RequestId?.Value);
        Assert.Equal("""{"jsonrpc":"2.0","id":6,"method":"eth_unsubscribe","params":["0xcd0c"]}""", Text(handler.BuildUnsubscribe(["newHeads"], "6")));
    }

    [Fact]
    public void A_style_serves_one_handler()
    {
        var style = new EthereumStyle();
        _ = new JsonRpcHandler(style);

        Assert.Throws<InvalidOperationException>(() => new JsonRpcHandler(style));
    }

    [Fact]
    public async Task A_login_is_a_call_whose_answer_may_tell_when_it_expires()
    {
        var handler = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions
        {
            Login = _ => new(new JsonRpcRequest("public/auth", new { grant_type = "client_credentials", client_id = "id" })),
        });

        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"method":"public/auth","params":{"grant_type":"client_credentials","client_id":"id"}}""",
            Text(await handler.BuildAuthenticationAsync(CancellationToken.None)));
        Assert.False(handler.ReadAuthentication("""{"jsonrpc":"2.0","id":2,"result":true}"""u8).IsAnswer);
        Assert.Equal(TimeSpan.FromSeconds(900), handler.ReadAuthentication("""{"jsonrpc":"2.0","id":1,"result":{"expires_in":900}}"""u8).Lifetime);
        Assert.Equal(AuthenticationVerdict.Accepted, handler.ReadAuthentication("""{"jsonrpc":"2.0","id":1,"result":true}"""u8));
        Assert.NotNull(handler.ReadAuthentication("""{"jsonrpc":"2.0","id":1,"result":false}"""u8).Rejection);
        Assert.Equal("invalid_credentials (13004)", handler.ReadAuthentication("""{"jsonrpc":"2.0","id":1,"error":{"code":13004,"message":"invalid_credentials"}}"""u8).Rejection);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"version","id":4}""", """{"jsonrpc":"2.0","id":4,"result":"1.0"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"version","id":"x\u0041"}""", """{"jsonrpc":"2.0","id":"x\u0041","result":"1.0"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"version","id":null}""", """{"jsonrpc":"2.0","id":null,"result":"1.0"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"nothing","id":4}""", """{"jsonrpc":"2.0","id":4,"result":null}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"nope","id":4}""", """{"jsonrpc":"2.0","id":4,"error":{"code":-32601,"message":"Method not found"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"version","id":4,"params":"bar"}""", """{"jsonrpc":"2.0","id":4,"error":{"code":-32600,"message":"Invalid Request"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"refuse","id":4}""", """{"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"price is missing","data":{"field":"price"}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"crash","id":4}""", """{"jsonrpc":"2.0","id":4,"error":{"code":-32603,"message":"Internal error"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"version"}""", null)]
    [InlineData("""[{"jsonrpc":"2.0","method":"version","id":4},{"jsonrpc":"2.0","method":"version"},{"jsonrpc":"2.0","method":"nope","id":5}]""",
        """[{"jsonrpc":"2.0","id":4,"result":"1.0"},{"jsonrpc":"2.0","id":5,"error":{"code":-32601,"message":"Method not found"}}]""")]
    [InlineData("""[{"jsonrpc":"2.0","method":"version"}]""", null)]
    public async Task A_request_of_the_servers_is_answered_by_our_method_or_with_the_specifications_error(string request, string? answer)
    {
        var handler = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions
        {
            Methods = new Dictionary<string, JsonRpcMethod>
            {
                ["version"] = (_, _) => new("\"1.0\""u8.ToArray()),
                ["nothing"] = (_, _) => new(ReadOnlyMemory<byte>.Empty),
                ["refuse"] = (_, _) => throw new JsonRpcMethodException(new JsonRpcError(JsonRpcError.InvalidParams, "price is missing", System.Text.Json.JsonElement.Parse("""{"field":"price"}"""))),
                ["crash"] = (_, _) => throw new InvalidOperationException("secret"),
            },
        });

        var message = Encoding.UTF8.GetBytes(request);
        Assert.Equal(MessageKind.System, handler.Classify(message).Kind);
        var answered = await handler.AnswerAsync(message, CancellationToken.None);

        Assert.Equal(answer, answered is null ? null : Text(answered));
    }

    [Fact]
    public void A_server_ping_is_answered_and_the_answer_to_ours_is_a_pong()
    {
        var handler = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions { PingMethod = "public/test" });
        var ping = """{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}"""u8;

        Assert.True(handler.IsServerPing(ping));
        Assert.False(handler.IsServerPing("""{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}"""u8));
        Assert.Equal("""{"jsonrpc":"2.0","id":"ping","method":"public/test"}""", Text(handler.BuildPong(ping)!));
        Assert.Equal("""{"jsonrpc":"2.0","id":"ping","method":"public/test"}""", Text(handler.BuildPing()!));
        var pong = """{"jsonrpc":"2.0","id":"ping","result":{"version":"1.2.26"}}"""u8;
        Assert.Equal(MessageKind.System, handler.Classify(pong).Kind);
        Assert.True(handler.IsPong(pong));
        Assert.Null(new JsonRpcHandler(new EthereumStyle()).BuildPing());
    }

    [Theory]
    [InlineData("[{},[1],\"x\"]", "{}|[1]|\"x\"")]
    [InlineData(" [ 1 , 2 ] ", "1|2")]
    [InlineData("[]", "")]
    [InlineData("[1,", "1")]
    public void A_batch_is_taken_apart_item_by_item(string batch, string parts)
    {
        var utf8 = Encoding.UTF8.GetBytes(batch);
        List<string> found = [];
        for (var at = 0; _handler.TryReadPart(utf8, at, out var start, out var length); at = start + length)
            found.Add(Encoding.UTF8.GetString(utf8.AsSpan(start, length)));

        Assert.Equal(parts, string.Join('|', found));
    }

    private static string Encode(JsonRpcHandler handler, RequestId id, string payload) =>
        Text(handler.EncodeRequest(id, Encoding.UTF8.GetBytes(payload)));

    private static string Text(OutboundMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
