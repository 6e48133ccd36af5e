using System.Text;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Which messages the handlers of the exchanges hide from the log and from errors.</summary>
public sealed class SensitiveMessageTests
{
    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("key", "secret", "words"));

    public static TheoryData<string> Venues => ["bybit", "okx", "binance", "deribit"];

    [Theory]
    [MemberData(nameof(Venues))]
    public async Task A_login_and_its_answer_are_sensitive(string venue)
    {
        var (handler, answers, _) = Of(venue);

        var login = await handler.BuildAuthenticationAsync(CancellationToken.None);

        Assert.True(handler.IsSensitive(login.Payload.Span));
        Assert.All(answers, answer => Assert.True(handler.IsSensitive(Encoding.UTF8.GetBytes(answer)), answer));
    }

    [Theory]
    [MemberData(nameof(Venues))]
    public void Orders_subscriptions_and_pings_are_not(string venue)
    {
        var (handler, _, others) = Of(venue);

        Assert.All(others, message => Assert.False(handler.IsSensitive(Encoding.UTF8.GetBytes(message)), message));
        Assert.False(handler.BuildPing() is { } ping && handler.IsSensitive(ping.Payload.Span));
    }

    [Fact]
    public async Task A_signed_request_of_Binance_is_sensitive()
    {
        var handler = new BinanceApiHandler(Key);
        await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://example.com"), []), CancellationToken.None);

        var order = handler.EncodeRequest("1", Encoding.UTF8.GetBytes("""{"method":"order.place","params":{"symbol":"BTCUSDT"}}"""));

        Assert.True(handler.IsSensitive(order.Payload.Span));
        Assert.True(handler.IsSensitive(handler.BuildSubscribe([Binance.UserData], "2").Payload.Span));
        Assert.False(handler.IsSensitive(handler.EncodeRequest("3", Encoding.UTF8.GetBytes("""{"method":"depth","params":{"symbol":"BTCUSDT"}}""")).Payload.Span));
    }

    [Fact]
    public async Task Whatever_holds_the_listen_key_is_sensitive()
    {
        var handler = new BinanceStreamsHandler(new ListenKey());
        await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://example.com"), []), CancellationToken.None);

        Assert.True(handler.IsSensitive(handler.BuildSubscribe([Binance.UserData], "1").Payload.Span));
        Assert.True(handler.IsSensitive("""{"stream":"abcdef","data":{"e":"ORDER_TRADE_UPDATE"}}"""u8));
        Assert.True(handler.IsSensitive("""{"stream":"an earlier key@ORDER_TRADE_UPDATE","data":{"e":"ORDER_TRADE_UPDATE"}}"""u8));
        Assert.True(handler.IsSensitive("""{"result":["abcdef@ORDER_TRADE_UPDATE"],"id":2}"""u8));
        Assert.False(handler.IsSensitive("""{"stream":"btcusdt@trade","data":{"e":"trade"}}"""u8));
        Assert.False(handler.IsSensitive(handler.BuildSubscribe([Binance.Trades("BTCUSDT")], "2").Payload.Span));
    }

    private static (ProtocolHandler Handler, string[] Answers, string[] Others) Of(string venue) => venue switch
    {
        "bybit" => (
            new BybitHandler(BybitStream.Trade, Key),
            ["""{"success":true,"ret_msg":"","op":"auth","conn_id":"c"}""", """{"retCode":0,"retMsg":"OK","op":"auth","connId":"c"}""", """{"op":"auth","args":["key",1,"sign"]}"""],
            ["""{"op":"order.create","args":[{"symbol":"BTCUSDT"}]}""", """{"topic":"order","data":[]}""", """{"reqId":"1","retCode":0,"op":"order.create","data":{}}"""]),
        "okx" => (
            new OkxHandler(OkxStream.Private, Key),
            ["""{"event":"login","code":"0","msg":"","connId":"a"}""", """{"event":"error","code":"60009","msg":"Login failed."}""", """{"op":"login","args":[{"apiKey":"k"}]}"""],
            ["""{"id":"1","op":"order","args":[{"instId":"BTC-USDT"}]}""", """{"arg":{"channel":"orders"},"data":[]}""", "pong", """{"event":"subscribe","arg":{"channel":"login"}}"""]),
        "binance" => (
            new BinanceApiHandler(Key, sessionLogon: true),
            ["""{"id":"log-1","status":200,"result":{"apiKey":"k"}}""", """{"id":"1","method":"session.logon","params":{"apiKey":"k","signature":"s"}}"""],
            ["""{"id":"1","method":"order.place","params":{"symbol":"BTCUSDT","timestamp":1}}""", """{"id":"1","status":200,"result":{"orderId":1}}""", """{"subscriptionId":0,"event":{"e":"x"}}"""]),
        _ => (
            new DeribitHandler(Key),
            ["""{"jsonrpc":"2.0","id":1,"result":{"scope":"x"}}""", """{"jsonrpc":"2.0","id":9,"result":{"access_token":"x","refresh_token":"y"}}""", """{"jsonrpc":"2.0","id":9,"method":"public/auth","params":{}}"""],
            ["""{"jsonrpc":"2.0","id":5,"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL"}}""", """{"jsonrpc":"2.0","id":5,"result":{"order":{}}}""", """{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}"""]),
    };

    private sealed class ListenKey : IListenKeySource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new("abcdef");
    }
}
