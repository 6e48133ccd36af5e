using System.Text;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Testing;
using AkkaWs.Tests.Captures;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Protocol;

/// <summary>The kit that tests handlers without a connection does what a connection would do.</summary>
public sealed class HandlerTestKitTests
{
    [Fact]
    public async Task It_shows_what_a_handler_writes_and_makes_of_what_it_reads()
    {
        var kit = new HandlerTestKit(new GenericJsonHandler(new() { NumericRequestIds = true, RequestIdField = "req_id", SequencePath = ["u"] }));

        Assert.Equal("""{"req_id":1,"op":"subscribe","args":["trades","book"]}""", kit.Subscribe("trades", "book"));
        Assert.Equal("1", (await kit.FeedAsync("""{"success":true,"req_id":"1","op":"subscribe"}""")).Acknowledgement?.RequestId?.Value);
        var update = await kit.FeedAsync("""{"topic":"trades","u":7}""");
        Assert.Equal((MessageKind.Update, "trades", 7L), (update.Kind, update.Topic?.Value, update.Sequence));
        Assert.Equal("""{"req_id":2,"op":"order"}""", kit.Request("""{"op":"order"}"""));
        var response = await kit.FeedAsync("""{"req_id":2,"retCode":7,"retMsg":"no"}""");
        Assert.Equal(("2", "no"), (response.RequestId?.Value, response.Response?.ErrorMessage));
        Assert.True((await kit.FeedAsync("""{"op":"pong"}""")).IsPong);
        var ping = await kit.FeedAsync("""{"op":"ping"}""");
        Assert.Equal((true, """{"op":"pong"}"""), (ping.IsServerPing, Encoding.UTF8.GetString(ping.Answer!.Payload.Span)));
        Assert.Equal(MessageKind.Unknown, (await kit.FeedAsync("what?")).Kind);
    }

    [Fact]
    public async Task It_learns_the_servers_names_as_a_connection_does()
    {
        var kit = new HandlerTestKit(new JsonRpcHandler(new EthereumStyle()));
        const string Push = """{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x9","result":1} }""";

        kit.Subscribe("newHeads");
        Assert.Null((await kit.FeedAsync(Push)).Topic);
        var answer = await kit.FeedAsync("""{"jsonrpc":"2.0","id":1,"result":"0x9"}""");
        Assert.Equal(("newHeads", "1"), (answer.Learned?.Topic.Value, answer.Acknowledgement?.RequestId?.Value));
        Assert.Equal("newHeads", (await kit.FeedAsync(Push)).Topic?.Value);
    }

    [Fact]
    public async Task It_takes_batches_apart_composes_keys_answers_and_logs_in()
    {
        var rpc = new HandlerTestKit(new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions { Login = _ => new(new JsonRpcRequest("public/auth")) }));
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"method":"public/auth"}""", await rpc.LoginAsync());
        Assert.Equal(AuthenticationVerdict.Accepted, (await rpc.FeedAsync("""{"jsonrpc":"2.0","id":1,"result":{} }""")).Authentication);
        var batch = await rpc.FeedAsync("""[{"jsonrpc":"2.0","method":"subscription","params":{"channel":"x"} },{"jsonrpc":"2.0","method":"ask","id":5}]""");
        Assert.Equal([MessageKind.Update, MessageKind.System], batch.Parts.Select(part => part.Kind));
        Assert.Contains("Method not found", Encoding.UTF8.GetString(batch.Parts[1].Answer!.Payload.Span), StringComparison.Ordinal);

        var okx = new HandlerTestKit(new GenericJsonHandler(VenueOptions.Okx));
        Assert.Equal("tickers:BTC-USDT", (await okx.FeedAsync("""{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[]}""")).Topic?.Value);
        Assert.True((await new HandlerTestKit(new LineProtocol()).FeedAsync("S|reconnect")).AsksForReconnect);
    }
}
