using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Binance's USDⓈ-margined futures divide their streams among three routes, and each connection has one.</summary>
public sealed class BinanceRouteTests
{
    private static readonly Symbol Bitcoin = new("BTC", "USDT");
    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("key", "secret"));
    private readonly ExchangeFactory _exchanges = new();

    [Theory]
    [InlineData(BinanceRoute.Public, "btcusdt@bookTicker", "!bookTicker", "btcusdt@depth@100ms", "btcusdt@depth", "btcusdt@depth20@500ms", "btcusdt@rpiDepth@500ms", "btcusdt@trade")]
    [InlineData(
        BinanceRoute.Market, "btcusdt@aggTrade", "btcusdt@kline_1m", "btcusdt_perpetual@continuousKline_1h", "btcusdt@markPrice", "btcusdt@markPrice@1s", "!markPrice@arr@1s", "btcusdt@ticker",
        "!ticker@arr", "btcusdt@miniTicker", "!miniTicker@arr", "btcusdt@forceOrder", "!forceOrder@arr", "!contractInfo", "defiusdt@compositeIndex", "btcusd@assetIndex", "!assetIndex@arr")]
    [InlineData(BinanceRoute.Private, "userData")]
    public async Task A_topic_is_asked_for_on_its_own_route_and_refused_on_the_others_by_name(BinanceRoute route, params string[] topics)
    {
        foreach (var connected in Enum.GetValues<BinanceRoute>())
        {
            var handler = await ConnectedAsync(connected);
            foreach (var topic in topics)
            {
                if (connected == route)
                {
                    Assert.NotEqual(0, handler.BuildSubscribe([topic], "1").Payload.Length);
                    continue;
                }

                var refused = Assert.Throws<BinanceRouteException>(() => handler.BuildSubscribe([topic], "1"));
                Assert.Equal((new Topic(topic), route, connected), (refused.Topic, refused.Route, refused.Connected));
                Assert.Contains($"BinanceRoute.{route}", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("btcusdt@somethingNew")]
    [InlineData("!somethingNew@arr")]
    public async Task A_kind_of_stream_that_is_not_known_here_is_left_to_Binance(string topic)
    {
        foreach (var route in new[] { BinanceRoute.Public, BinanceRoute.Market })
            Assert.Contains(topic, (await ConnectedAsync(route)).BuildSubscribe([topic], "1").Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wss://fstream.binance.com/stream")]
    [InlineData("wss://fstream.binancefuture.com/ws")]
    public async Task An_address_of_futures_without_a_route_brings_what_the_public_one_does(string url)
    {
        var handler = new BinanceStreamsHandler();
        await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri(url), []), default);

        Assert.NotEqual(0, handler.BuildSubscribe(["btcusdt@bookTicker"], "1").Payload.Length);
        Assert.Equal(BinanceRoute.Market, Assert.Throws<BinanceRouteException>(() => handler.BuildSubscribe(["btcusdt@aggTrade"], "1")).Route);
    }

    [Theory]
    [InlineData("wss://gateway.example/public/stream", BinanceRoute.Public)]
    [InlineData("wss://gateway.example/binance/market/stream", BinanceRoute.Market)]
    [InlineData("wss://gateway.example/stream", BinanceRoute.Public)]
    [InlineData("wss://fstream-mm.binance.com/ws", BinanceRoute.Public)]
    public async Task A_handler_that_is_told_its_market_knows_the_route_behind_any_host(string url, BinanceRoute route)
    {
        var handler = new BinanceStreamsHandler(market: BinanceMarket.UsdMargined);
        await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri(url), []), default);
        var (own, other) = route == BinanceRoute.Public ? ("btcusdt@bookTicker", "btcusdt@aggTrade") : ("btcusdt@aggTrade", "btcusdt@bookTicker");

        Assert.NotEqual(0, handler.BuildSubscribe([own], "1").Payload.Length);
        Assert.Equal(route, Assert.Throws<BinanceRouteException>(() => handler.BuildSubscribe([other], "1")).Connected);
    }

    [Fact]
    public async Task The_account_s_events_come_by_the_address_behind_a_gateway_too()
    {
        var handler = new BinanceStreamsHandler(new ListenKey(), BinanceMarket.UsdMargined);

        var endpoint = await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://gateway.example/binance/private/stream"), []), default);

        Assert.StartsWith("?listenKey=abcdef&events=", endpoint.Url.Query, StringComparison.Ordinal);
        Assert.Equal("""{"method":"LIST_SUBSCRIPTIONS","id":2}""", handler.BuildSubscribe([Binance.UserData], "1").Text());
    }

    [Theory]
    [InlineData(BinanceMarket.Spot)]
    [InlineData(BinanceMarket.CoinMargined)]
    public async Task A_market_without_routes_has_none_whatever_path_leads_to_it(BinanceMarket market)
    {
        var handler = new BinanceStreamsHandler(market: market);
        await handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://gateway.example/public/stream"), []), default);

        Assert.Contains("btcusdt@ticker", handler.BuildSubscribe(["btcusdt@ticker"], "1").Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binance-usdm", false)]
    [InlineData("binance-spot", true)]
    public async Task The_factory_s_handlers_know_their_market(string exchange, bool takesBooks)
    {
        var feed = _exchanges.Create(exchange, [Bitcoin], [Channel.Ticker]);
        await feed.Handler.GetEndpointAsync(new ConnectionEndpoint(new Uri("wss://gateway.example/a/market/stream"), []), default);

        var error = Record.Exception(() => feed.Handler.BuildSubscribe(["btcusdt@bookTicker"], "1"));

        Assert.Equal(takesBooks, error is null);
    }

    [Fact]
    public async Task Markets_without_routes_refuse_no_stream()
    {
        foreach (var market in new[] { BinanceMarket.Spot, BinanceMarket.CoinMargined })
        {
            var handler = new BinanceStreamsHandler();
            await handler.GetEndpointAsync(new ConnectionEndpoint(Binance.CreateOptions(market).Url, []), default);

            Assert.Equal("""{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@bookTicker"],"id":2}""", handler.BuildSubscribe(["btcusdt@aggTrade", "btcusdt@bookTicker"], "1").Text());
        }
    }

    [Theory]
    [InlineData(null, "binance-usdm", "wss://fstream.binance.com/public/stream")]
    [InlineData(BinanceRoute.Public, "binance-usdm-public", "wss://fstream.binance.com/public/stream")]
    [InlineData(BinanceRoute.Market, "binance-usdm-market", "wss://fstream.binance.com/market/stream")]
    [InlineData(BinanceRoute.Private, "binance-usdm-private", "wss://fstream.binance.com/private/stream")]
    public void The_options_of_a_route_have_its_address(BinanceRoute? route, string name, string url)
    {
        var options = Binance.CreateOptions(BinanceMarket.UsdMargined, route: route);

        Assert.Equal((name, new Uri(url)), (options.Name, options.Url));
        Assert.Empty(OptionsValidator.Validate(options));
    }

    [Fact]
    public void Other_markets_have_no_routes_and_no_route_is_made_up()
    {
        Assert.Equal("route", Assert.Throws<ArgumentException>(() => Binance.CreateOptions(BinanceMarket.Spot, route: BinanceRoute.Public)).ParamName);
        Assert.Equal("route", Assert.Throws<ArgumentException>(() => Binance.CreateOptions(BinanceMarket.CoinMargined, route: BinanceRoute.Market)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Binance.CreateOptions(BinanceMarket.UsdMargined, route: (BinanceRoute)9));
    }

    [Fact]
    public void The_factory_makes_one_feed_for_each_route_that_is_needed()
    {
        var feeds = _exchanges.CreateFeeds("binance-usdm", [Bitcoin], [Channel.Trades, Channel.OrderBook(20), Channel.Ticker, Channel.Candles(TimeSpan.FromMinutes(1))], Key, "bot");

        Assert.Equal(
            [
                "bot-public /public/stream btcusdt@depth20@100ms",
                "bot-market /market/stream btcusdt@aggTrade,btcusdt@ticker,btcusdt@kline_1m",
                "bot-private /private/stream userData",
            ],
            feeds.Select(feed => $"{feed.Options.Name} {feed.Options.Url.AbsolutePath} {string.Join(',', feed.Topics)}"));
    }

    [Fact]
    public void Without_credentials_there_is_no_private_feed_and_without_topics_no_other()
    {
        Assert.Equal(["binance-usdm-market"], _exchanges.CreateFeeds("binance-usdm", [Bitcoin], [Channel.Trades]).Select(feed => feed.Options.Name));
        Assert.Equal(["binance-usdm-public", "binance-usdm-private"], _exchanges.CreateFeeds("binance-usdm", [Bitcoin], [Channel.OrderBook(5)], Key).Select(feed => feed.Options.Name));
    }

    [Theory]
    [InlineData("binance-spot")]
    [InlineData("binance-coinm")]
    [InlineData("bybit-linear")]
    [InlineData("okx-swap")]
    [InlineData("deribit")]
    public void An_exchange_without_routes_has_one_feed_of_the_whole_name(string exchange)
    {
        Channel[] channels = [Channel.Trades, Channel.Ticker];

        var feed = Assert.Single(_exchanges.CreateFeeds(exchange, [Bitcoin], channels, name: "bot"));

        Assert.Equal("bot", feed.Options.Name);
        Assert.Equal(_exchanges.Create(exchange, [Bitcoin], channels).Topics, feed.Topics);
    }

    [Fact]
    public void One_feed_for_two_routes_is_refused_with_the_way_to_two()
    {
        var refused = Assert.Throws<NotSupportedException>(() => _exchanges.Create("binance-usdm", [Bitcoin], [Channel.Trades, Channel.OrderBook(20)]));

        Assert.Contains(nameof(ExchangeFactory.CreateFeeds), refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "/market/stream")]
    [InlineData(false, "/public/stream")]
    public void One_feed_for_one_route_has_that_one(bool trades, string path)
    {
        var feed = _exchanges.Create("binance-usdm", [Bitcoin], [trades ? Channel.Trades : Channel.OrderBook(20)], name: "bot");

        Assert.Equal(("bot", path), (feed.Options.Name, feed.Options.Url.AbsolutePath));
    }

    [Theory]
    [InlineData(BinanceMarket.Spot, BinanceHost.Live, "wss://stream.binance.com:9443/stream", "wss://ws-api.binance.com:443/ws-api/v3")]
    [InlineData(BinanceMarket.Spot, BinanceHost.Demo, "wss://demo-stream.binance.com:9443/stream", "wss://demo-ws-api.binance.com/ws-api/v3")]
    [InlineData(BinanceMarket.Spot, BinanceHost.Testnet, "wss://stream.testnet.binance.vision/stream", "wss://ws-api.testnet.binance.vision/ws-api/v3")]
    [InlineData(BinanceMarket.UsdMargined, BinanceHost.Demo, "wss://demo-fstream.binance.com/public/stream", null)]
    [InlineData(BinanceMarket.UsdMargined, BinanceHost.Testnet, "wss://fstream.binancefuture.com/public/stream", "wss://testnet.binancefuture.com/ws-fapi/v1")]
    [InlineData(BinanceMarket.CoinMargined, BinanceHost.Live, "wss://dstream.binance.com/stream", "wss://ws-dapi.binance.com/ws-dapi/v1")]
    [InlineData(BinanceMarket.CoinMargined, BinanceHost.Demo, "wss://demo-dstream.binance.com/stream", null)]
    [InlineData(BinanceMarket.CoinMargined, BinanceHost.Testnet, "wss://dstream.binancefuture.com/stream", "wss://testnet.binancefuture.com/ws-dapi/v1")]
    public void Each_of_Binance_s_systems_has_its_addresses(BinanceMarket market, BinanceHost host, string streams, string? api)
    {
        Assert.Equal(new Uri(streams), Binance.CreateOptions(market, host: host).Url);
        if (api is null)
            Assert.Throws<NotSupportedException>(() => Binance.CreateApiOptions(market, host: host));
        else
            Assert.Equal(new Uri(api), Binance.CreateApiOptions(market, host: host).Url);
    }

    [Theory]
    [InlineData(BinanceMarket.UsdMargined, BinanceHost.Live, "fapi.binance.com/fapi")]
    [InlineData(BinanceMarket.CoinMargined, BinanceHost.Live, "dapi.binance.com/dapi")]
    [InlineData(BinanceMarket.UsdMargined, BinanceHost.Demo, "demo-fapi.binance.com/fapi")]
    [InlineData(BinanceMarket.CoinMargined, BinanceHost.Testnet, "testnet.binancefuture.com/dapi")]
    public async Task Listen_keys_come_from_the_market_s_own_system_without_a_signature(BinanceMarket market, BinanceHost host, string from)
    {
        using var http = new Answering("""{"listenKey":"abc"}""");
        await using var keys = new BinanceListenKeys(market, Key, http, host: host);

        await keys.GetAsync(default);

        Assert.Equal(["POST https://" + from + "/v1/listenKey"], http.Asked);
    }

    [Fact]
    public async Task A_listen_key_that_no_connection_asked_for_within_a_day_is_kept_alive_no_longer()
    {
        using var http = new Answering("""{"listenKey":"abc"}""");
        var clock = new ManualTime();
        await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, Key, http, clock);
        await keys.GetAsync(default);

        // The handler answers at once, and so each is over before the next.
        for (var half = 0; half < 96; half++)
            clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(["POST", .. Enumerable.Repeat("PUT", 50)], http.Asked.Select(asked => asked.Split(' ')[0]));
    }

    [Theory]
    [InlineData("Live", BinanceHost.Live)]
    [InlineData("demo", BinanceHost.Demo)]
    [InlineData("Testnet", BinanceHost.Testnet)]
    public void A_system_is_known_by_its_name(string name, BinanceHost host) => Assert.Equal(host, System.ComponentModel.TypeDescriptor.GetConverter(typeof(BinanceHost)).ConvertFromInvariantString(name));

    private static async Task<BinanceStreamsHandler> ConnectedAsync(BinanceRoute route)
    {
        var handler = new BinanceStreamsHandler(new ListenKey());
        await handler.GetEndpointAsync(new ConnectionEndpoint(Binance.CreateOptions(BinanceMarket.UsdMargined, route: route).Url, []), default);
        return handler;
    }

    private sealed class ListenKey : IListenKeySource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new("abcdef");
    }

    private sealed class Answering(string body) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Method} {request.RequestUri}");
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent(body) });
        }
    }
}
