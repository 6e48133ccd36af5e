using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Protocol.Legacy;
using AkkaWs.Protocol.Strategies;
using AkkaWs.Testing;
using AkkaWs.Tests.Captures;
using AkkaWs.Tests.Protocol.Protobuf;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Protocol.Conformance;

/// <summary>The conformance suite as xunit tests; one class a handler below.</summary>
public abstract class HandlerConformanceTests : HandlerConformance
{
    public static TheoryData<string> All => [.. Checks];

    [Theory]
    [MemberData(nameof(All))]
    public Task Holds(string check) => RunAsync(check);
}

public sealed class BybitWordsConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"topic":"orderbook.1.BTCUSDT","ts":1,"type":"snapshot","data":{"s":"BTCUSDT","b":[["63705.3","2.04"]],"u":7}}""", MessageKind.Update, "orderbook.1.BTCUSDT"),
        new("""{"type":"delta","data":{"s":"BTCUSDT"},"topic":"tickers.BTC\u0055SDT"}""", MessageKind.Update, "tickers.BTCUSDT"),
        new("""{"success":true,"ret_msg":"subscribe","conn_id":"d9","req_id":"1","op":"subscribe"}""", MessageKind.Control),
        new("""{"success":true,"ret_msg":"pong","conn_id":"0970","req_id":"","op":"ping"}""", MessageKind.System),
        new("""{"reqId":"r-2","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4"}}""", MessageKind.Response, "r-2"),
        new("nothing of ours", MessageKind.Unknown),
    ];

    protected override ProtocolHandler CreateHandler() => new GenericJsonHandler(new() { Login = _ => new(["key", 1, "sentinel-secret"]) });
}

public sealed class OkxWordsConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"last":"1"}]}""", MessageKind.Update, "tickers:BTC-USDT"),
        new("""{"event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"a"}""", MessageKind.Control),
        new("pong", MessageKind.System),
        new("""{"id":"1512","op":"order","data":[],"code":"0","msg":""}""", MessageKind.Response, "1512"),
    ];

    protected override IReadOnlyList<Topic> Topics => ["tickers:BTC-USDT", "books:BTC-USDT"];

    protected override ProtocolHandler CreateHandler() => new GenericJsonHandler(VenueOptions.Okx);
}

public sealed class BinanceWordsConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"stream":"btcusdt@trade","data":{"e":"trade","p":"1"}}""", MessageKind.Update, "btcusdt@trade"),
        new("""{"result":null,"id":3}""", MessageKind.Response, "3"),
        new("""{"error":{"code":2,"msg":"Invalid request"},"id":4}""", MessageKind.Response, "4"),
    ];

    protected override ProtocolHandler CreateHandler() => new GenericJsonHandler(VenueOptions.Binance);
}

public sealed class DeribitStyleConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.BTC-PERPETUAL.raw","data":{"change_id":1}}}""", MessageKind.Update, "book.BTC-PERPETUAL.raw"),
        new("""{"jsonrpc":"2.0","id":7,"result":["a"],"usIn":1}""", MessageKind.Response, "7"),
        new("""{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}""", MessageKind.System),
        new("""[{"jsonrpc":"2.0","id":9,"result":1},{"jsonrpc":"2.0","id":8,"result":1}]""", MessageKind.Response, "8"),
    ];

    protected override ProtocolHandler CreateHandler() => new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions
    {
        PingMethod = "public/test",
        Login = _ => new(new JsonRpcRequest("public/auth", new { client_secret = "sentinel-secret" })),
    });
}

public sealed class EthereumStyleConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0xcd0c","result":{"number":"0x1"} } }""", MessageKind.Update),
        new("""{"jsonrpc":"2.0","id":"01J","result":"0xcd0c"}""", MessageKind.Response, "01J"),
    ];

    protected override ProtocolHandler CreateHandler() => new JsonRpcHandler(new EthereumStyle(), new JsonRpcOptions { StringIds = true });
}

public sealed class RpcWebSocketsStyleConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"notification":"feedUpdated","params":[1]}""", MessageKind.Update, "feedUpdated"),
        new("""{"jsonrpc":"2.0","result":{"feedUpdated":"ok"},"id":1}""", MessageKind.Response, "1"),
    ];

    protected override ProtocolHandler CreateHandler() => new JsonRpcHandler(new RpcWebSocketsStyle());
}

public sealed class LineProtocolConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("U|a|1", MessageKind.Update, "a"),
        new("R|1|ok|x", MessageKind.Response, "1"),
        new("S|pong", MessageKind.System),
    ];

    protected override ProtocolHandler CreateHandler() => new LineProtocol();
}

public sealed class ProtobufConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new(Envelope.Update("trades", sequence: 7, price: 31_000), MessageKind.Update, "trades"),
        new(new Reply("r-1", true, "", Google.Protobuf.ByteString.CopyFromUtf8("done")).Write(), MessageKind.Response, "r-1"),
        new("not of this schema", MessageKind.Unknown),
    ];

    protected override ProtocolHandler CreateHandler() => new ProtobufProtocol();
}

public sealed class StrategySetConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"ch":"trades","data":[1]}""", MessageKind.Update, "trades"),
        new("""{"data":[{"a":"b"}],"ch":"book"}""", MessageKind.Update, "book"),
        new("""{"ok":true}""", MessageKind.Unknown),
    ];

    protected override ProtocolHandler CreateHandler() => new StrategySet(new Parts(), new Parts(), new Parts()).Handler;

    private sealed class Parts : IConnectionStrategy, ISubscriptionStrategy, IMessageParser
    {
        public bool RequiresAuthentication => true;

        public ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) => new(OutboundMessage.Text("sentinel-secret"));

        public bool IsSensitive(ReadOnlySpan<byte> message) => message.SequenceEqual("sentinel-secret"u8);

        public OutboundMessage? BuildPing() => OutboundMessage.Text("ping");

        public Classification Classify(ReadOnlySpan<byte> message)
        {
            var fields = new JsonFieldReader(message);
            while (fields.Next())
            {
                if (fields.NameIs("ch"u8) && fields.Value is { Kind: System.Text.Json.JsonValueKind.String, TextLength: > 0 } channel)
                    return Classification.Update(channel.TextStart, channel.TextLength);
            }

            return Classification.Unknown;
        }

        public OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text($"sub {id} {string.Join(',', topics)}");

        public OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text($"unsub {id} {string.Join(',', topics)}");
    }
}

#pragma warning disable CS0618 // The obsolete interface goes on working.
public sealed class LegacyExchangeAdapterConformance : HandlerConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples => [new("btc=1", MessageKind.Update, "btc"), new("pong", MessageKind.System), new("what", MessageKind.Unknown)];

    // Each message becomes a string, which is why it is obsolete.
    protected override bool MayAllocate => true;

    protected override ProtocolHandler CreateHandler() => new LegacyExchangeAdapter(new Simple());

    private sealed class Simple : IExchangeHandler
    {
        public string? TopicOf(string message) => message.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? message[..end] : null;

        public string SubscribeMessage(string topic) => "+" + topic;

        public string? UnsubscribeMessage(string topic) => "-" + topic;

        public string? HeartbeatMessage() => "are you there";
    }
}
#pragma warning restore CS0618

/// <summary>The suite finds what it is there to find.</summary>
public sealed class HandlerConformanceFindings
{
    [Theory]
    [InlineData("Each sample is what it is")]
    [InlineData("Noise never throws on the read loop and stays within its bounds")]
    [InlineData("Classify is pure")]
    [InlineData("Classify allocates nothing")]
    [InlineData("Subscribe and unsubscribe messages are built for one topic and for many")]
    [InlineData("Request ids are fresh")]
    [InlineData("The ping is a message and no update")]
    public async Task A_handler_that_does_it_wrong_does_not_pass(string check) =>
        await Assert.ThrowsAsync<HandlerConformanceException>(() => new WrongConformance().RunAsync(check));

    [Theory]
    [InlineData("Each sample is what it is", "Classify", "update")]
    [InlineData("Classify is pure", "Classify", "update")]
    [InlineData("Classify allocates nothing", "Classify", "update")]
    [InlineData("Subscribe and unsubscribe messages are built for one topic and for many", "BuildUnsubscribe", "same")]
    [InlineData("Request ids are fresh", "NextRequestId", "")]
    [InlineData("The ping is a message and no update", "BuildPing", "")]
    public async Task A_failure_names_the_member_and_the_sample(string check, string member, string sample)
    {
        var failure = await Assert.ThrowsAsync<HandlerConformanceException>(() => new WrongConformance().RunAsync(check));

        Assert.StartsWith(member, failure.Message, StringComparison.Ordinal);
        Assert.Contains(sample, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(ProtocolHandler.TopicOf))]
    [InlineData(nameof(ProtocolHandler.SequenceOf))]
    [InlineData(nameof(ProtocolHandler.KindOf))]
    [InlineData(nameof(ProtocolHandler.ConflationKeyOf))]
    [InlineData(nameof(ProtocolHandler.BuildSubscribe))]
    public async Task A_member_that_throws_is_named_with_the_sample_that_it_throws_on(string member)
    {
        var check = member == nameof(ProtocolHandler.BuildSubscribe) ? "Subscribe and unsubscribe messages are built for one topic and for many" : "Each sample is what it is";

        var failure = await Assert.ThrowsAsync<HandlerConformanceException>(() => new ThrowingConformance(member).RunAsync(check));

        Assert.StartsWith($"{member} throws FormatException", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(member == nameof(ProtocolHandler.BuildSubscribe) ? "a" : "update", failure.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(failure.InnerException);
    }

    [Theory]
    [InlineData("Each sample is what it is")]
    [InlineData("Damaged samples never throw on the read loop and stay within their bounds")]
    [InlineData("Classify is pure")]
    [InlineData("Classify allocates nothing")]
    [InlineData("Topics and ids of a key are always the same")]
    public async Task A_check_that_had_no_sample_does_not_pass(string check)
    {
        var failure = await Assert.ThrowsAsync<HandlerConformanceException>(() => new UntriedConformance().RunAsync(check));

        Assert.StartsWith("No sample is", failure.Message, StringComparison.Ordinal);
    }

    private sealed class UntriedConformance : HandlerConformance
    {
        protected override IReadOnlyList<HandlerSample> Samples => [];

        protected override ProtocolHandler CreateHandler() => new Throwing("");
    }

    private sealed class ThrowingConformance(string member) : HandlerConformance
    {
        protected override IReadOnlyList<HandlerSample> Samples => [new("update", MessageKind.Update, "update")];

        protected override ProtocolHandler CreateHandler() => new Throwing(member);
    }

    private sealed class Throwing(string member) : ProtocolHandler
    {
        public override Classification Classify(ReadOnlySpan<byte> message) => Classification.Update(0, message.Length);

        public override Topic TopicOf(ReadOnlySpan<byte> key) => Through(nameof(TopicOf), base.TopicOf(key));

        public override long? SequenceOf(ReadOnlySpan<byte> update) => Through<long?>(nameof(SequenceOf), null);

        public override UpdateKind KindOf(ReadOnlySpan<byte> update) => Through(nameof(KindOf), UpdateKind.Unknown);

        public override ReadOnlySpan<byte> ConflationKeyOf(ReadOnlySpan<byte> update) => Through<byte[]>(nameof(ConflationKeyOf), []);

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => Through(nameof(BuildSubscribe), OutboundMessage.Text("on"));

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("off");

        private T Through<T>(string name, T value) => name == member ? throw new FormatException("on purpose") : value;
    }

    private sealed class WrongConformance : HandlerConformance
    {
        protected override IReadOnlyList<HandlerSample> Samples => [new("update", MessageKind.Update, "x")];

        protected override ProtocolHandler CreateHandler() => new Wrong();
    }

    private sealed class Wrong : ProtocolHandler
    {
        private int _calls;

        public override Classification Classify(ReadOnlySpan<byte> message) =>
            message.ToArray().Length >= 0 && ++_calls % 2 == 0 ? Classification.Update(0, message.Length + 1) : Classification.Unknown;

        public override RequestId NextRequestId() => "1";

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("same");

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("same");

        public override OutboundMessage? BuildPing() => OutboundMessage.Text("");
    }
}
