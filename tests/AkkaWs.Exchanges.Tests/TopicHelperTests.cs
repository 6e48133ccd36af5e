using AkkaWs.Options;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Each typed helper makes the name that its exchange documents, and refuses what cannot be one.</summary>
public sealed class TopicHelperTests
{
    public static TheoryData<string, string> Names => new()
    {
        { "orderbook.50.BTCUSDT", Bybit.OrderBook(50, "BTCUSDT").Value },
        { "orderbook.full.BTCUSDT", Bybit.FullOrderBook("BTCUSDT").Value },
        { "orderbook.rpi.BTCUSDT", Bybit.RpiOrderBook("BTCUSDT").Value },
        { "system.status", Bybit.SystemStatus.Value },
        { "publicTrade.BTCUSDT", Bybit.Trades("BTCUSDT").Value },
        { "tickers.BTCUSDT", Bybit.Ticker("BTCUSDT").Value },
        { "kline.5.BTCUSDT", Bybit.Candles("5", "BTCUSDT").Value },
        { "allLiquidation.BTCUSDT", Bybit.Liquidations("BTCUSDT").Value },
        { "priceLimit.BTCUSDT", Bybit.PriceLimit("BTCUSDT").Value },
        { "order execution execution.fast position wallet greeks", $"{Bybit.Orders} {Bybit.Executions} {Bybit.FastExecutions} {Bybit.Positions} {Bybit.Wallet} {Bybit.Greeks}" },
        { "tickers?instId=BTC-USDT", Okx.Ticker("BTC-USDT").Value },
        { "trades?instId=BTC-USDT", Okx.Trades("BTC-USDT").Value },
        { "bbo-tbt?instId=BTC-USDT", Okx.OrderBook("BTC-USDT", 1).Value },
        { "books5?instId=BTC-USDT", Okx.OrderBook("BTC-USDT", 5).Value },
        { "books?instId=BTC-USDT", Okx.OrderBook("BTC-USDT").Value },
        { "books-l2-tbt?instId=BTC-USDT", Okx.OrderBookTickByTick("BTC-USDT").Value },
        { "books-rpi?instId=BTC-USDT", Okx.OrderBookRpi("BTC-USDT").Value },
        { "candle1H?instId=BTC-USDT", Okx.Candles("1H", "BTC-USDT").Value },
        { "mark-price?instId=BTC-USDT-SWAP", Okx.MarkPrice("BTC-USDT-SWAP").Value },
        { "funding-rate?instId=BTC-USDT-SWAP", Okx.FundingRate("BTC-USDT-SWAP").Value },
        { "instruments?instType=SPOT", Okx.Instruments("SPOT").Value },
        { "orders?instType=ANY", Okx.Orders().Value },
        { "positions?instType=SWAP", Okx.Positions("SWAP").Value },
        { "account balance_and_position fills status", $"{Okx.Account} {Okx.BalanceAndPosition} {Okx.Fills} {Okx.Status}" },
        { "btcusdt@trade", Binance.Trades("BTCUSDT").Value },
        { "btcusdt@aggTrade", Binance.AggregateTrades("BTCUSDT").Value },
        { "btcusdt@ticker", Binance.Ticker("BTCUSDT").Value },
        { "btcusdt@bookTicker", Binance.BookTicker("BTCUSDT").Value },
        { "btcusdt@depth5@100ms", Binance.OrderBook(5, "BTCUSDT").Value },
        { "btcusdt@depth@100ms", Binance.OrderBookChanges("BTCUSDT").Value },
        { "btcusdt@kline_1m", Binance.Candles("1m", "BTCUSDT").Value },
        { "btcusdt@markPrice@1s", Binance.MarkPrice("BTCUSDT").Value },
        { "trades.BTC-PERPETUAL.100ms", Deribit.Trades("BTC-PERPETUAL").Value },
        { "ticker.BTC-PERPETUAL.raw", Deribit.Ticker("BTC-PERPETUAL", "raw").Value },
        { "book.BTC-PERPETUAL.100ms", Deribit.OrderBook("BTC-PERPETUAL").Value },
        { "book.BTC-PERPETUAL.none.20.100ms", Deribit.OrderBookTop(20, "BTC-PERPETUAL").Value },
        { "book.ETH-PERPETUAL.25.1.agg2", Deribit.OrderBookTop(1, "ETH-PERPETUAL", "25", "agg2").Value },
        { "quote.BTC-PERPETUAL", Deribit.Quotes("BTC-PERPETUAL").Value },
        { "chart.trades.BTC-PERPETUAL.1D", Deribit.Candles("1D", "BTC-PERPETUAL").Value },
        { "user.orders.BTC-PERPETUAL.raw", Deribit.UserOrders("BTC-PERPETUAL").Value },
        { "user.trades.BTC-PERPETUAL.raw", Deribit.UserTrades("BTC-PERPETUAL").Value },
        { "user.portfolio.btc", Deribit.UserPortfolio("btc").Value },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_helper_makes_the_documented_name(string documented, string made) => Assert.Equal(documented, made);

    [Fact]
    public void A_depth_that_an_exchange_lacks_and_an_instrument_without_a_name_are_refused()
    {
        Func<object>[] wrong = [() => Bybit.OrderBook(2, "BTCUSDT"), () => Okx.OrderBook("BTC-USDT", 50), () => Binance.OrderBook(50, "BTCUSDT"), () => Deribit.OrderBookTop(5, "BTC-PERPETUAL"), () => Deribit.OrderBookTop(1, "BTC-PERPETUAL", "3"), () => Deribit.OrderBookTop(1, "BTC-PERPETUAL", interval: "1s")];
        Func<object>[] nameless = [() => Bybit.Trades(" "), () => Okx.Trades(""), () => Binance.Trades(" "), () => Deribit.Trades("")];

        Assert.All(wrong, make => Assert.Throws<ArgumentOutOfRangeException>(make));
        Assert.All(nameless, make => Assert.Throws<ArgumentException>(make));
    }

    [Theory]
    [InlineData(false, "wss://www.deribit.com/ws/api/v2")]
    [InlineData(true, "wss://test.deribit.com/ws/api/v2")]
    public void Deribit_has_its_address_and_limits(bool testnet, string url)
    {
        var options = Deribit.CreateOptions(testnet: testnet);

        Assert.Equal(new Uri(url), options.Url);
        // Its credits refill at 20 requests a second up to 100, at 10 subscribe messages in 3 s up to 10, and at 5 orders a second up to 20.
        Assert.Equal((20, 80, 20), (options.Rates.Outgoing.Limit, options.Rates.Outgoing.Burst, options.Rates.Outgoing.Reserve));
        Assert.Equal((1, TimeSpan.FromSeconds(0.3), 8), (options.Rates.Subscriptions.Limit, options.Rates.Subscriptions.Interval, options.Rates.Subscriptions.Burst));
        Assert.Equal((5, TimeSpan.FromSeconds(1), 16, 4), (options.Rates.Orders.Limit, options.Rates.Orders.Interval, options.Rates.Orders.Burst, options.Rates.Orders.Reserve));
        Assert.False(options.Heartbeat.UseFramePing);
        Assert.Equal((500, 32_000), (new DeribitHandler().MaxTopicsPerMessage, new DeribitHandler().MaxSubscribeBytes));
        Assert.Empty(OptionsValidator.Validate(options));
    }
}
