using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Protocol;

public sealed class GenericJsonFuzzTests
{
    private static readonly byte[][] Seeds =
    [
        .. new[]
        {
            """{"topic":"orderbook.1.BTCUSDT","ts":1786613159749,"type":"snapshot","data":{"s":"BTCUSDT","b":[["63705.3","2.045546"]],"a":[["63705.4","2.334566"]],"u":72212457,"seq":112603120278},"cts":1786613159748}""",
            """{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","indexPrice":"63986.66"},"cs":760580218857,"ts":1786540397983}""",
            """{"success":true,"ret_msg":"subscribe","conn_id":"d9avsh3fo0jvsls9d82g-5m9jh","req_id":"1","op":"subscribe"}""",
            """{"success":true,"ret_msg":"pong","conn_id":"0970e817-426e-429a-a679-ff7f55e0b16a","req_id":"","op":"ping"}""",
            """{"reqId":"|2|","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4c1718e","orderLinkId":""},"retExtInfo":{},"header":{"X-Bapi-Limit":"10"},"connId":"cnt5leec0hvan15eukcg-2v"}""",
            """{"reqId":"|1|","retCode":0,"retMsg":"OK","op":"auth","connId":"curcd3l5atjd25oepmv0-835gx"}""",
            """{"a\\\"b":"\\\\\"]}","req_id":"\u0031\ud83d\ude00","op":"\u0073ubscribe","success":false,"retMsg":"\n\ud800"}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    // What breaks readers: structure, escapes, white space, control characters, broken UTF-8.
    private static readonly byte[] Suspects = [.. "{}[]\",:\\/ \t\r\nu0e-.tfn"u8, 0, 0x1F, 0x7F, 0x80, 0xC3, 0xFF];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_mutation_of_a_real_message_throws_or_escapes_its_bounds(int seed)
    {
        var random = new Random(seed);
        GenericJsonHandler[] handlers =
        [
            new(),
            new(new() { AcknowledgementsNameTopic = true, SequencePath = ["data", "u"], NumericRequestIds = true }),
        ];
        for (var round = 0; round < 5_000; round++)
        {
            var message = Mutate(Seeds[random.Next(Seeds.Length)], random);
            foreach (var handler in handlers)
                ReadEverything(handler, message);
            JsonFields.Of(message, out _);
        }
    }

    private static void ReadEverything(GenericJsonHandler handler, byte[] message)
    {
        var classification = handler.Classify(message);
        var key = classification.KeyOf(message);
        Assert.Equal(classification.Kind is MessageKind.Update or MessageKind.Response, key.Length > 0);
        if (key.Length > 0)
            Assert.Equal(handler.TopicOf(key).Value, handler.RequestIdOf(key).Value);
        handler.ReadAuthentication(message);
        handler.ReadResponse(message);
        handler.IsPong(message);
        handler.IsServerPing(message);
        handler.SequenceOf(message);
        handler.ReadAcknowledgement(message);
        try
        {
            handler.EncodeRequest(new RequestId("id"), message);
        }
        catch (ArgumentException)
        {
            Assert.False(IsObject(message));
        }
    }

    private static bool IsObject(byte[] message)
    {
        JsonFields.Of(message, out var complete);
        return complete;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var edits = random.Next(1, 5); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = Suspects[random.Next(Suspects.Length)];
                    break;
                case 1:
                    bytes.Insert(at, Suspects[random.Next(Suspects.Length)]);
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(12, bytes.Count - at) + 1));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(1, Math.Min(40, bytes.Count - at) + 1)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
