using System.Text;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What a reconciliation looks for when the outcome of an order is not known.</summary>
public sealed class ClientOrderIdTests
{
    private static readonly ICredentialsProvider Key = CredentialsProvider.Fixed(new ApiCredentials("key", "secret"));

    [Theory]
    [InlineData("bybit", """{"op":"order.create","args":[{"symbol":"BTCUSDT","orderLinkId":"mine-1"}]}""", "mine-1")]
    [InlineData("bybit", """{"op":"order.create","args":[{"symbol":"BTCUSDT"}]}""", null)]
    [InlineData("okx", """{"op":"order","args":[{"instId":"BTC-USDT","clOrdId":"mine2"}]}""", "mine2")]
    [InlineData("okx", """{"op":"batch-orders","args":[{"clOrdId":"a"},{"clOrdId":"b"}]}""", null)]
    [InlineData("binance", """{"method":"order.place","params":{"symbol":"BTCUSDT","newClientOrderId":"mine-3"}}""", "mine-3")]
    [InlineData("binance", """{"method":"order.cancel","params":{"origClientOrderId":"mine-3","newClientOrderId":"the-cancel"}}""", "mine-3")]
    [InlineData("binance", """{"method":"algoOrder.place","params":{"symbol":"BTCUSDT","clientAlgoId":"mine-5"}}""", "mine-5")]
    [InlineData("binance", """{"method":"time"}""", null)]
    [InlineData("deribit", """{"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","label":"mine-4"}}""", "mine-4")]
    [InlineData("deribit", """[1]""", null)]
    public void A_request_s_own_order_id_is_found_where_the_venue_has_it(string venue, string payload, string? expected)
    {
        ProtocolHandler handler = venue switch
        {
            "bybit" => new BybitHandler(BybitStream.Trade, Key),
            "okx" => new OkxHandler(OkxStream.Private, Key),
            "binance" => new BinanceApiHandler(Key),
            _ => new DeribitHandler(Key),
        };

        Assert.Equal(expected, handler.ClientOrderIdOf(Encoding.UTF8.GetBytes(payload)));
    }
}
