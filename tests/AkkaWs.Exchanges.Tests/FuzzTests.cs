using System.Text;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Whatever the bytes: classifying and reading a message never throws, and a key lies within its message.</summary>
public sealed class FuzzTests
{
    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("key", "secret", "words"));

    private static readonly string[] Messages =
    [
        """{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1,"data":{"s":"BTCUSDT","b":[["1","2"]],"a":[],"u":177400507,"seq":66544703342},"cts":1}""",
        """{"success":true,"conn_id":"aa01","req_id":"7","data":{"failTopics":["a"],"successTopics":["x"]},"type":"COMMAND_RESP"}""",
        """{"reqId":"test-005","retCode":0,"retMsg":"OK","op":"order.create-batch","data":{"orderId":"a4c1"},"connId":"c"}""",
        """{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[],"bids":[],"checksum":-8,"prevSeqId":1,"seqId":2}]}""",
        """{"id":"1512","event":"error","code":"60018","msg":"Wrong URL or channel:trades,instId:NO-SUCH doesn't exist.","connId":"a4d3ae55"}""",
        """{"id":"1512","op":"order","data":[{"ordId":"","sCode":"51008","sMsg":"no"}],"code":"1","msg":""}""",
        """{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":157,"u":160,"b":[],"a":[]}}""",
        """{"error":{"code":2,"msg":"Invalid request: missing field"},"id":4}""",
        """{"id":"sub-12","status":400,"error":{"code":-2010,"msg":"no"},"rateLimits":[]}""",
        """{"subscriptionId":0,"event":{"e":"outboundAccountPosition","E":1728972148778}}""",
        """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.raw","data":{"type":"change","prev_change_id":5,"change_id":6}}}""",
        """{"jsonrpc":"2.0","id":22,"result":{"access_token":"x","expires_in":900,"refresh_token":"y"}}""",
        """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""",
    ];

    public static TheoryData<string> Handlers => ["bybit", "okx", "binance-streams", "binance-api", "deribit"];

    [Theory]
    [MemberData(nameof(Handlers))]
    public void A_truncated_message_never_breaks_a_handler(string name)
    {
        var handler = Create(name);
        foreach (var message in Messages.Select(Encoding.UTF8.GetBytes))
        {
            for (var length = 0; length <= message.Length; length++)
                Read(handler, message[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public void A_garbled_message_never_breaks_a_handler(string name)
    {
        var handler = Create(name);
        var random = new Random(20_261_121);
        for (var i = 0; i < 20_000; i++)
        {
            var message = Encoding.UTF8.GetBytes(Messages[random.Next(Messages.Length)]);
            for (var change = random.Next(1, 6); change > 0; change--)
                message[random.Next(message.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "{}[]\",:\\0enu "u8[random.Next(13)];
            Read(handler, message);
        }
    }

    private static ProtocolHandler Create(string name) => name switch
    {
        "bybit" => new BybitHandler(BybitStream.Linear, Key),
        "okx" => new OkxHandler(OkxStream.Private, Key),
        "binance-streams" => new BinanceStreamsHandler(),
        "binance-api" => new BinanceApiHandler(Key),
        _ => new DeribitHandler(Key),
    };

    // A key that names nothing is the connection's to count: an exception of TopicOf or RequestIdOf costs that message alone.
    private static void Read(ProtocolHandler handler, byte[] message)
    {
        var classification = handler.Classify(message);
        Assert.InRange(classification.KeyStart, 0, message.Length);
        Assert.InRange(classification.KeyStart + classification.KeyLength, 0, message.Length);
        switch (classification.Kind)
        {
            case MessageKind.Update:
                handler.SequenceOf(message);
                break;
            case MessageKind.System:
                handler.IsPong(message);
                handler.IsServerPing(message);
                handler.ReadAuthentication(message);
                handler.ShouldReconnect(message);
                break;
            default:
                break;
        }
    }
}
