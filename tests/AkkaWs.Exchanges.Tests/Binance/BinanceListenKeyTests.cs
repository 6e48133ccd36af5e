using System.Net;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What ends the account's events without a word: a listen key that is missing, deleted, not listed, or another system's.</summary>
public sealed class BinanceListenKeyTests : SimulatedTest
{
    private const string NoSuchKey = """{"code":-1125,"msg":"This listenKey does not exist."}""";

    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(RightKey);

    protected override ExchangeVenue Venue => ExchangeVenue.BinanceUsdMargined;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateOptions(BinanceMarket.UsdMargined, name, BinanceRoute.Private);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BinanceStreamsHandler(new Fixed());

    [Theory]
    [InlineData("binance-spot")]
    [InlineData("binance-coinm")]
    public async Task The_account_s_events_without_a_listen_key_are_refused_and_never_asked_for_by_that_name(string exchange)
    {
        var feed = new ExchangeFactory().Create(exchange, [new Symbol("BTC", "USD")], [Channel.Trades], Key);
        await feed.Handler.GetEndpointAsync(new ConnectionEndpoint(feed.Options.Url, []), default);

        var refused = Assert.Throws<MissingCredentialsException>(() => feed.Handler.BuildSubscribe([Binance.UserData], "1"));

        Assert.Contains(nameof(IListenKeySource), refused.Missing, StringComparison.Ordinal);
        Assert.Contains(nameof(BinanceApiHandler), refused.Missing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?events=ORDER_TRADE_UPDATE", "events=ORDER_TRADE_UPDATE/listenKeyExpired")]
    [InlineData("?events=ORDER_TRADE_UPDATE/listenKeyExpired", "events=ORDER_TRADE_UPDATE/listenKeyExpired")]
    [InlineData("?events=ORDER_TRADE_UPDATE%2FlistenKeyExpired", "events=ORDER_TRADE_UPDATE%2FlistenKeyExpired")]
    [InlineData("?a=b&events=ACCOUNT_UPDATE&c=d", "a=b&events=ACCOUNT_UPDATE/listenKeyExpired&c=d")]
    public async Task The_events_that_the_options_name_always_have_the_end_of_the_key_among_them(string query, string asked)
    {
        var url = new Uri("wss://fstream.binance.com/private/stream" + query);

        var endpoint = await CreateHandler(null).GetEndpointAsync(new ConnectionEndpoint(url, []), default);

        Assert.Equal($"?listenKey=abc&{asked}", endpoint.Url.Query);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?events=")]
    [InlineData("?a=b")]
    public async Task Where_the_options_name_no_events_all_are_asked_for(string query)
    {
        var url = new Uri("wss://fstream.binance.com/private/stream" + query);

        var endpoint = await CreateHandler(null).GetEndpointAsync(new ConnectionEndpoint(url, []), default);

        Assert.Matches("^[?]listenKey=abc&events=ACCOUNT_UPDATE/.*/listenKeyExpired(&a=b)?$", endpoint.Url.Query);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""["btcusdt@aggTrade"]""")]
    public async Task The_account_s_events_are_refused_where_Binance_does_not_list_them(string list)
    {
        await using var server = await ListingAsync(list);
        var options = CreateOptions("unlisted") with { Url = new Uri(server.Url, "/private/stream"), Rates = new RateLimitOptions() };
        await using var client = await WebSocketClient.ConnectAsync(Sys, options, CreateHandler(null), Ct);

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(Binance.UserData, Ct));

        Assert.Contains("Binance lists no events", Assert.Single(error.Failures).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["abc"]""")]
    [InlineData("""["abc@ACCOUNT_UPDATE","abc@listenKeyExpired"]""")]
    public async Task The_account_s_events_are_confirmed_where_Binance_lists_them(string list)
    {
        await using var server = await ListingAsync(list);
        var options = CreateOptions("listed") with { Url = new Uri(server.Url, "/private/stream"), Rates = new RateLimitOptions() };
        await using var client = await WebSocketClient.ConnectAsync(Sys, options, CreateHandler(null), Ct);

        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);

        Assert.Empty((await client.GetStatusAsync(Ct)).Unconfirmed);
    }

    [Theory]
    [InlineData("btcusdt@tradingSession")]
    [InlineData("BTCUSDT@AGGTRADE")]
    [InlineData("!somethingNew@arr")]
    public async Task The_private_route_takes_no_topic_but_the_account_s_events(string topic)
    {
        var handler = CreateHandler(null);
        await handler.GetEndpointAsync(new ConnectionEndpoint(CreateOptions("private").Url, []), default);

        var refused = Assert.Throws<BinanceRouteException>(() => handler.BuildSubscribe([Binance.UserData, topic], "1"));

        Assert.Equal((topic, BinanceRoute.Private), (refused.Topic.Value, refused.Connected));
    }

    [Fact]
    public async Task A_key_that_does_not_exist_is_told_once_and_kept_alive_no_longer_until_there_is_another()
    {
        using var http = new Answering { Refusal = NoSuchKey };
        var clock = new ManualTime();
        await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, Key, http, clock);
        var ended = 0;
        keys.KeyEnded += (_, _) => ended++;
        await keys.GetAsync(default);

        AdvanceTwoHours(clock);
        Assert.Equal((1, "POST PUT"), (ended, http.Methods));

        http.Refusal = null;
        await keys.GetAsync(default);
        AdvanceTwoHours(clock);
        Assert.Equal((1, "POST PUT POST PUT PUT PUT PUT"), (ended, http.Methods));
    }

    [Theory]
    [InlineData("""{"code":-1003,"msg":"Too many requests."}""")]
    [InlineData("""<html>""")]
    public async Task A_keep_alive_that_fails_for_another_reason_is_repeated_and_ends_no_key(string refusal)
    {
        using var http = new Answering { Refusal = refusal };
        var clock = new ManualTime();
        await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, Key, http, clock);
        var ended = 0;
        keys.KeyEnded += (_, _) => ended++;
        await keys.GetAsync(default);

        clock.Advance(TimeSpan.FromMinutes(30));
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((0, "POST PUT PUT"), (ended, http.Methods));
    }

    [Theory]
    [InlineData(BinanceHost.Live, "https://fapi.binance.com/fapi/v1/listenKey")]
    [InlineData(BinanceHost.Demo, "https://demo-fapi.binance.com/fapi/v1/listenKey")]
    [InlineData(BinanceHost.Testnet, "https://testnet.binancefuture.com/fapi/v1/listenKey")]
    public async Task The_private_feed_gets_its_key_from_the_system_that_its_socket_is_on(BinanceHost host, string from)
    {
        using var http = new Answering();
        await using var keys = new BinanceFeedKeys(Key, http);
        var handler = new BinanceStreamsHandler(keys, BinanceMarket.UsdMargined);
        var url = Binance.CreateOptions(BinanceMarket.UsdMargined, route: BinanceRoute.Private, host: host).Url;

        var endpoint = await handler.GetEndpointAsync(new ConnectionEndpoint(url, []), default);

        Assert.StartsWith("?listenKey=abc&", endpoint.Url.Query, StringComparison.Ordinal);
        Assert.Equal(from, Assert.Single(http.Urls).ToString());
    }

    [Fact]
    public async Task The_private_feed_of_an_address_that_is_none_of_Binance_s_sends_its_key_nowhere()
    {
        var feed = new ExchangeFactory().CreateFeeds("binance-usdm", [new Symbol("BTC", "USDT")], [Channel.Trades], Key).Single(feed => feed.Topics.Contains(Binance.UserData));
        await using var owned = feed;

        var refused = await Assert.ThrowsAsync<MissingCredentialsException>(
            () => feed.Handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("ws://127.0.0.1:1/private/stream"), []), default).AsTask());

        Assert.Contains("127.0.0.1", refused.Missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keep_alive_of_a_feed_s_key_ends_with_the_feed()
    {
        using var http = new Answering();
        var clock = new ManualTime();
        var keys = new BinanceFeedKeys(Key, http, clock);
        var feed = new ExchangeFeed(CreateOptions("private"), new BinanceStreamsHandler(keys, BinanceMarket.UsdMargined), [Binance.UserData]);
        await feed.Handler.GetEndpointAsync(new ConnectionEndpoint(feed.Options.Url, []), default);
        clock.Advance(TimeSpan.FromMinutes(30));

        await feed.DisposeAsync();
        AdvanceTwoHours(clock);

        Assert.Equal("POST PUT", http.Methods);
    }

    // The handler answers at once, and so each request is over before the next.
    private static void AdvanceTwoHours(ManualTime clock)
    {
        for (var half = 0; half < 4; half++)
            clock.Advance(TimeSpan.FromMinutes(30));
    }

    private Task<ScriptedServer> ListingAsync(string list) => ScriptedServer.StartAsync(
        async (connection, ct) =>
        {
            Assert.Equal("""{"method":"LIST_SUBSCRIPTIONS","id":2}""", await connection.ReceiveTextAsync(ct));
            await connection.SendTextAsync($$"""{"result":{{list}},"id":2}""", ct);
            await connection.UntilClosedAsync(ct);
        },
        Ct);

    private sealed class Fixed : IListenKeySource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new("abc");
    }

    private sealed class Answering : HttpMessageHandler
    {
        private readonly List<string> _methods = [];

        /// <summary>The body of an answer with status 400 to a keep-alive; null: it is taken.</summary>
        public string? Refusal { get; set; }

        public List<Uri> Urls { get; } = [];

        public string Methods => string.Join(' ', _methods);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _methods.Add(request.Method.Method);
            Urls.Add(request.RequestUri!);
            var refusal = request.Method == HttpMethod.Put ? Refusal : null;
            return Task.FromResult(new HttpResponseMessage(refusal is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest)
            {
                Content = new StringContent(refusal ?? """{"listenKey":"abc"}"""),
            });
        }
    }
}
