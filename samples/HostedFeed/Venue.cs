using AkkaWs.Exchanges;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace HostedFeed;

/// <summary>What differs between exchanges: how their two sockets are spoken with, what topics and an order are called.</summary>
/// <param name="Public">Makes the handler of market data.</param>
/// <param name="Private">Makes the handler of orders, with the account's key and the address of the venue's REST API.</param>
/// <param name="PrivatePath">Where orders are placed.</param>
/// <param name="Topics">What the feed is subscribed to.</param>
/// <param name="Order">A limit order that rests.</param>
internal sealed record Venue(
    Func<ProtocolHandler> Public, Func<ICredentialsProvider, Uri, ProtocolHandler> Private, string PrivatePath, IReadOnlyList<Topic> Topics, object Order)
{
    public static Venue Of(ExchangeVenue venue) => venue switch
    {
        ExchangeVenue.Okx => new Venue(
            () => new OkxHandler(OkxStream.Public),
            (credentials, rest) => new OkxHandler(
                OkxStream.Private, credentials, instruments: new OkxInstrumentCodes(["SPOT"], url: new Uri(rest, "/api/v5/public/instruments"))),
            "/ws/v5/private",
            [Okx.Trades("BTC-USDT"), Okx.Trades("ETH-USDT"), Okx.Ticker("BTC-USDT")],
            new
            {
                op = "order",
                args = new[] { new { instId = "BTC-USDT", tdMode = "cash", side = "buy", ordType = "limit", sz = "0.1", px = "30000" } },
            }),
        ExchangeVenue.Binance => new Venue(
            () => new BinanceStreamsHandler(),
            (credentials, _) => new BinanceApiHandler(credentials),
            "/ws-api/v3",
            [Binance.Trades("BTCUSDT"), Binance.Trades("ETHUSDT"), Binance.Ticker("BTCUSDT")],
            new
            {
                method = "order.place",
                @params = new { symbol = "BTCUSDT", side = "BUY", type = "LIMIT", timeInForce = "GTC", quantity = "0.1", price = "30000" },
            }),
        ExchangeVenue.Deribit => new Venue(
            () => new DeribitHandler(),
            (credentials, _) => new DeribitHandler(credentials),
            "/ws/api/v2",
            [Deribit.Trades("BTC-PERPETUAL"), Deribit.Trades("ETH-PERPETUAL"), Deribit.Ticker("BTC-PERPETUAL")],
            new { method = "private/buy", @params = new { instrument_name = "BTC-PERPETUAL", amount = 10, type = "limit", price = 30_000 } }),
        ExchangeVenue.Bybit => new Venue(
            () => new BybitHandler(BybitStream.Linear),
            (credentials, _) => new BybitHandler(BybitStream.Trade, credentials),
            "/v5/trade",
            [Bybit.Trades("BTCUSDT"), Bybit.Trades("ETHUSDT"), Bybit.Ticker("BTCUSDT")],
            new
            {
                op = "order.create",
                args = new[] { new { category = "linear", symbol = "BTCUSDT", side = "Buy", orderType = "Limit", qty = "0.1", price = "30000" } },
            }),
        _ => throw new ArgumentOutOfRangeException(nameof(venue), venue, "This sample has nothing for this venue."),
    };
}
