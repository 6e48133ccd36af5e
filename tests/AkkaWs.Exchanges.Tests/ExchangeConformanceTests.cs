using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What every handler must hold, of each exchange's handlers: one class a socket.</summary>
public abstract class ExchangeConformanceTests : HandlerConformance
{
    private protected static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("key", "sentinel-secret", "sentinel-words"));

    public static TheoryData<string> All => [.. Checks];

    [Theory]
    [MemberData(nameof(All))]
    public Task Holds(string check) => RunAsync(check);
}

public sealed class BybitPublicConformance : ExchangeConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1,"data":{"s":"BTCUSDT","b":[["1","2"]],"a":[],"u":177400507,"seq":66544703342},"cts":1}""", MessageKind.Update, "orderbook.50.BTCUSDT"),
        new("""{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1,"data":[{"T":1,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"1","i":"20f43950"}]}""", MessageKind.Update, "publicTrade.BTCUSDT"),
        new("""{"success":true,"ret_msg":"subscribe","conn_id":"2324d924","req_id":"1","op":"subscribe"}""", MessageKind.Control),
        new("""{"success":true,"conn_id":"aa01","req_id":"7","data":{"failTopics":["a"],"successTopics":["x"]},"type":"COMMAND_RESP"}""", MessageKind.Control),
        new("""{"success":true,"ret_msg":"pong","conn_id":"0970e817","req_id":"","op":"ping"}""", MessageKind.System),
        new("""{"of":"nobody"}""", MessageKind.Unknown),
    ];

    protected override IReadOnlyList<Topic> Topics => [Bybit.OrderBook(50, "BTCUSDT"), Bybit.Trades("BTCUSDT")];

    protected override ProtocolHandler CreateHandler() => new BybitHandler(BybitStream.Linear);
}

public sealed class BybitPrivateConformance : ExchangeConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"id":"5923240c6880ab-c59f-420b-9adb-3639adc9dd90","topic":"order","creationTime":1672364262474,"data":[{"symbol":"ETH-30DEC22-1400-C","orderId":"5cf98598"}]}""", MessageKind.Update, "order"),
        new("""{"success":true,"ret_msg":"","op":"auth","conn_id":"cejreaspqfh3sjdnldmg-p"}""", MessageKind.System),
        new("""{"req_id":"test","op":"pong","args":["1675418560633"],"conn_id":"cfcb4ocsvfriu23r3er0-1b"}""", MessageKind.System),
        new("""{"success":true,"ret_msg":"","op":"subscribe","conn_id":"cejreaspqfh3sjdnldmg-p"}""", MessageKind.Control),
    ];

    protected override IReadOnlyList<Topic> Topics => [Bybit.Orders, Bybit.Wallet];

    protected override ProtocolHandler CreateHandler() => new BybitHandler(BybitStream.Private, Key);
}

public sealed class BybitTradeConformance : ExchangeConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        // The trade socket pushes nothing; a push would be one all the same.
        new("""{"topic":"order","id":"1","creationTime":1,"data":[]}""", MessageKind.Update, "order"),
        new("""{"reqId":"test-005","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4c1"},"connId":"c"}""", MessageKind.Response, "test-005"),
        new("""{"reqId":"4","retCode":10404,"retMsg":"op not found","op":"order.nothing","data":null,"connId":"c"}""", MessageKind.Response, "4"),
        new("""{"retCode":0,"retMsg":"OK","op":"auth","connId":"cnt5leec0hvan15eukcg-2t"}""", MessageKind.System),
        new("""{"op":"pong","args":["1711002002529"],"connId":"cnt5leec0hvan15eukcg-2v"}""", MessageKind.System),
    ];

    protected override ProtocolHandler CreateHandler() => new BybitHandler(BybitStream.Trade, Key);
}

public sealed class OkxConformance : ExchangeConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[],"bids":[],"checksum":-8,"prevSeqId":1,"seqId":2}]}""", MessageKind.Update, "books?instId=BTC-USDT"),
        new("""{"data":[{}],"arg":{"uid":"77982378738415879","channel":"orders","instType":"ANY"}}""", MessageKind.Update, "orders?instType=ANY"),
        new("""{"id":"1","event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"a4d3ae55"}""", MessageKind.Control),
        new("""{"event":"error","code":"60018","msg":"Wrong URL or channel:trades,instId:NO-SUCH doesn't exist.","connId":"a4d3ae55"}""", MessageKind.Control),
        new("""{"event":"login","code":"0","msg":"","connId":"a4d3ae55"}""", MessageKind.System),
        new("pong", MessageKind.System),
        new("""{"id":"1512","op":"order","data":[{"ordId":"12345689","sCode":"0","sMsg":""}],"code":"0","msg":""}""", MessageKind.Response, "1512"),
        new("""{"nothing":1}""", MessageKind.Unknown),
    ];

    protected override IReadOnlyList<Topic> Topics => [Okx.OrderBook("BTC-USDT"), Okx.Orders()];

    protected override ProtocolHandler CreateHandler() => new OkxHandler(OkxStream.Private, Key);
}

public sealed class BinanceStreamsConformance : ExchangeConformanceTests
{
    private static readonly BinanceListenKeys ListenKeys = new(BinanceMarket.CoinMargined, Key);

    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":157,"u":160,"b":[],"a":[]}}""", MessageKind.Update, "btcusdt@depth"),
        new("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1","data":{"e":"ORDER_TRADE_UPDATE","E":1}}""", MessageKind.Update, "userData"),
        new("""{"stream":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1","data":{"e":"listenKeyExpired","E":1}}""", MessageKind.System),
        new("""{"result":null,"id":4}""", MessageKind.Control),
        new("""{"result":["btcusdt@aggTrade"],"id":7}""", MessageKind.Response, "3"),
        new("""{"result":null,"id":null,"error":{"code":3,"msg":"Invalid JSON"}}""", MessageKind.System),
    ];

    protected override IReadOnlyList<Topic> Topics => [Binance.Trades("BTCUSDT"), Binance.UserData];

    protected override ProtocolHandler CreateHandler() => new BinanceStreamsHandler(ListenKeys);
}

public sealed class BinanceApiConformance : ExchangeConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"subscriptionId":0,"event":{"e":"outboundAccountPosition","E":1728972148778}}""", MessageKind.Update, "userData"),
        new("""{"id":"sub-12","status":200,"result":{"subscriptionId":0},"rateLimits":[]}""", MessageKind.Control),
        new("""{"id":"log-12","status":200,"result":{"apiKey":"x"}}""", MessageKind.System),
        new("""{"id":"e2a85d9f-07a5-4f94-8d5f-789dc3deb097","status":400,"error":{"code":-2010,"msg":"no"},"rateLimits":[]}""", MessageKind.Response, "e2a85d9f-07a5-4f94-8d5f-789dc3deb097"),
        new("""{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1}}""", MessageKind.System),
    ];

    // The one topic of this socket; what else is asked for, Binance refuses by name.
    protected override IReadOnlyList<Topic> Topics => ["executions", "balances"];

    protected override ProtocolHandler CreateHandler() => new BinanceApiHandler(Key);

    [Fact]
    public async Task Its_login_holds_the_same_where_the_session_logs_on() => await new LoggedOn().RunAsync("The login is built afresh and shows in no text");

    private sealed class LoggedOn : HandlerConformance
    {
        protected override IReadOnlyList<HandlerSample> Samples => [];

        protected override ProtocolHandler CreateHandler() => new BinanceApiHandler(Key, sessionLogon: true);
    }
}

public sealed class DeribitConformance : ExchangeConformanceTests
{
    protected override IReadOnlyList<HandlerSample> Samples =>
    [
        new("""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.raw","data":{"type":"change","prev_change_id":5,"change_id":6}}}""", MessageKind.Update, "book.X.raw"),
        new("""{"params":{"data":[],"channel":"trades.BTC-PERPETUAL.raw"},"method":"subscription","jsonrpc":"2.0"}""", MessageKind.Update, "trades.BTC-PERPETUAL.raw"),
        new("""{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}""", MessageKind.System),
        new("""{"jsonrpc":"2.0","id":22,"result":{"access_token":"x","expires_in":900,"refresh_token":"y"}}""", MessageKind.Response, "22"),
        new("""{"jsonrpc":"2.0","id":"ping","result":{"version":"1.2.26"}}""", MessageKind.System),
    ];

    protected override IReadOnlyList<Topic> Topics => [Deribit.Trades("BTC-PERPETUAL"), Deribit.UserOrders("BTC-PERPETUAL")];

    protected override ProtocolHandler CreateHandler() => new DeribitHandler(Key);
}
