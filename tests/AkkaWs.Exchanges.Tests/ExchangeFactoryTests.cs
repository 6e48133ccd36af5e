using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Exchanges.Tests;

public sealed class ExchangeFactoryTests
{
    private static readonly Symbol Bitcoin = new("BTC", "USDT");
    private readonly ExchangeFactory _exchanges = new();

    [Theory]
    [InlineData("bybit-spot", "publicTrade.BTCUSDT", "orderbook.50.BTCUSDT", "tickers.BTCUSDT")]
    [InlineData("bybit-linear", "publicTrade.BTCUSDT", "orderbook.50.BTCUSDT", "tickers.BTCUSDT")]
    [InlineData("okx-spot", "trades?instId=BTC-USDT", "books?instId=BTC-USDT", "tickers?instId=BTC-USDT")]
    [InlineData("okx-swap", "trades?instId=BTC-USDT-SWAP", "books?instId=BTC-USDT-SWAP", "tickers?instId=BTC-USDT-SWAP")]
    [InlineData("binance-spot", "btcusdt@trade", "btcusdt@depth20@100ms", "btcusdt@ticker")]
    [InlineData("binance-coinm", "btcusdt_perp@aggTrade", "btcusdt_perp@depth20@100ms", "btcusdt_perp@ticker")]
    [InlineData("deribit", "trades.BTC_USDT-PERPETUAL.100ms", "book.BTC_USDT-PERPETUAL.none.20.100ms", "ticker.BTC_USDT-PERPETUAL.100ms")]
    public void Symbols_and_channels_become_the_exchanges_topics(string exchange, params string[] topics)
    {
        var feed = _exchanges.Create(exchange, [Bitcoin], [Channel.Trades, Channel.OrderBook(20), Channel.Ticker]);

        Assert.Equal(topics, feed.Topics.Select(topic => topic.Value));
        Assert.Equal(exchange, feed.Options.Name);
        Assert.NotNull(feed.Handler.BuildSubscribe(feed.Topics, "1"));
    }

    [Theory]
    [InlineData("bybit-linear", "BTC", "USDC", "tickers.BTCPERP")]
    [InlineData("bybit-inverse", "eth", "usd", "tickers.ETHUSD")]
    [InlineData("OKX-SWAP", "eth", "usd", "tickers?instId=ETH-USD-SWAP")]
    [InlineData("binance-coinm", "btc", "usd", "btcusd_perp@ticker")]
    [InlineData("deribit", "btc", "usd", "ticker.BTC-PERPETUAL.100ms")]
    public void Each_exchange_has_its_own_names(string exchange, string @base, string quote, string topic) =>
        Assert.Equal(topic, Assert.Single(_exchanges.Create(exchange, [new Symbol(@base, quote)], [Channel.Ticker]).Topics));

    [Fact]
    public void Options_of_every_exchange_are_valid()
    {
        foreach (var name in _exchanges.Names)
            Assert.Empty(OptionsValidator.Validate(_exchanges.Create(name, [Bitcoin], [Channel.Trades]).Options));
    }

    [Fact]
    public void An_unknown_exchange_is_told_with_those_that_are_known()
    {
        var error = Assert.Throws<ArgumentException>(() => _exchanges.Create("mtgox", [Bitcoin], [Channel.Trades]));

        Assert.Contains("bybit-linear", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_an_exchange_lacks_is_told()
    {
        Assert.Throws<NotSupportedException>(() => _exchanges.Create("okx-spot", [Bitcoin], [Channel.OrderBook(401)]));
        Assert.Throws<NotSupportedException>(() => _exchanges.Create("bybit-spot", [Bitcoin], [Channel.Candles(TimeSpan.FromMinutes(7))]));
        Assert.Contains("Business", Assert.Throws<NotSupportedException>(() => _exchanges.Create("okx-spot", [Bitcoin], [Channel.Candles(TimeSpan.FromHours(1))])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _exchanges.Create("okx-spot", [], [Channel.Trades]));
        Assert.Throws<ArgumentException>(() => _exchanges.Create("okx-spot", [Bitcoin], []));
    }

    [Fact]
    public void An_exchange_of_your_own_is_found_by_its_name()
    {
        var mine = _exchanges.Find("bybit-spot");
        _exchanges.Register(new Exchange
        {
            Name = "mine",
            CreateOptions = name => mine.CreateOptions(name) with { Url = new Uri("wss://example.com") },
            CreateHandler = mine.CreateHandler,
            NameOf = symbol => symbol.ToString(),
            TopicOf = (channel, symbol) => new Topic($"{channel.Kind}:{symbol}"),
        });

        Assert.Equal<Topic>(["Trades:BTC/USDT"], _exchanges.Create("mine", [Bitcoin], [Channel.Trades], name: "other").Topics);
        Assert.Contains("mine", _exchanges.Names);
    }

    [Theory]
    [InlineData("btc/usdt")]
    [InlineData("BTC-USDT")]
    public void A_symbol_is_read_from_text(string text) => Assert.Equal(Bitcoin, Symbol.Parse(text));

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("BTC/")]
    [InlineData("BTC/US DT")]
    public void What_is_no_symbol_is_refused(string text) => Assert.Throws<FormatException>(() => Symbol.Parse(text));
}
