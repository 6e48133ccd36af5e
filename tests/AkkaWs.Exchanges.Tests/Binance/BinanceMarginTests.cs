using System.Text.Json;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>The events of margin accounts, which come by a listen token (https://developers.binance.com/docs/margin_trading/trade-data-stream).</summary>
public sealed class BinanceMarginTests : SimulatedTest
{
    private const string Token = "6xXxePXwZRjVSHKhzUCCGnmN3fkvMTXru+pYJS8RwijXk9Vcyr3rkwfVOTcP2OkONqciYA";

    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(RightKey);

    protected override ExchangeVenue Venue => ExchangeVenue.Binance;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateApiOptions(BinanceMarket.Spot, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BinanceApiHandler(credentials!, listenTokens: new CountingTokens());

    [Fact]
    public async Task They_are_subscribed_by_a_token_and_by_another_one_after_the_stream_has_ended()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange, options => options with { Url = new Uri(exchange.Url, "/ws-api/v3") });
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);
        exchange.Publish("userData", """{"subscriptionId":0,"event":{"e":"executionReport","E":1}}""");
        await ReadInOrderAsync(account, 1);

        exchange.Publish("userData", """{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":2}}""");
        await exchange.WaitForAsync(() => exchange.ConnectionHistory is [_, { Topics.Count: 1 }], "the second subscription", Deadline, Ct);

        Assert.Equal(["token1", "token2"], exchange.ConnectionHistory.SelectMany(connection => connection.Received).Select(message => TokenOf(message.Text)));
    }

    [Fact]
    public async Task A_message_with_a_token_is_sensitive_and_shown_nowhere()
    {
        var handler = new BinanceApiHandler(Key, listenTokens: new CountingTokens());
        await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://example.com"), []), default);

        var subscribe = handler.BuildSubscribe([Binance.UserData], "1");

        Assert.True(handler.IsSensitive(subscribe.Payload.Span));
        Assert.Equal("""{"id":"sub-1","method":"userDataStream.subscribe.listenToken","params":{"listenToken":"token1"}}""", subscribe.Text());
    }

    [Fact]
    public void Handlers_of_two_sources_of_tokens_share_no_connection()
    {
        var tokens = new CountingTokens();

        Assert.True(new BinanceApiHandler(Key, listenTokens: tokens).IsInterchangeableWith(new BinanceApiHandler(Key, listenTokens: tokens)));
        Assert.False(new BinanceApiHandler(Key, listenTokens: tokens).IsInterchangeableWith(new BinanceApiHandler(Key)));
    }

    [Theory]
    [InlineData(null, "POST https://api.binance.com/sapi/v1/userListenToken")]
    [InlineData("BTCUSDT", "POST https://api.binance.com/sapi/v1/userListenToken?isIsolated=true&symbol=BTCUSDT")]
    public async Task A_token_is_got_over_http_by_the_key_alone(string? isolatedSymbol, string asked)
    {
        using var http = new Answering($$"""{"token":"{{Token}}","expirationTime":1758792204196}""");
        var tokens = new BinanceListenTokens(Key, isolatedSymbol, http);

        Assert.Equal(Token, await tokens.GetAsync(default));
        Assert.Equal($"{asked} simulator-key", http.Asked);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{"token":"a\"b"}""")]
    [InlineData("no json")]
    public async Task What_is_no_token_is_refused(string answer)
    {
        using var http = new Answering(answer);

        await Assert.ThrowsAsync<InvalidOperationException>(() => new BinanceListenTokens(Key, handler: http).GetAsync(default).AsTask());
    }

    private static string? TokenOf(string subscribe)
    {
        var request = JsonDocument.Parse(subscribe).RootElement;
        Assert.Equal("userDataStream.subscribe.listenToken", request.GetProperty("method").GetString());
        return request.GetProperty("params").GetProperty("listenToken").GetString();
    }

    private sealed class CountingTokens : IListenTokenSource
    {
        private int _count;

        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new($"token{++_count}");
    }

    private sealed class Answering(string body) : HttpMessageHandler
    {
        public string Asked { get; private set; } = "";

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = $"{request.Method} {request.RequestUri} {Assert.Single(request.Headers.GetValues("X-MBX-APIKEY"))}";
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent(body) });
        }
    }
}
