using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>
/// <c>/v5/market/time</c> and <c>/v5/market/instruments-info</c> (https://bybit-exchange.github.io/docs/v5/market/instrument): every symbol on spot
/// and as a perpetual.
/// </summary>
internal sealed class BybitRest(MarketBoard markets) : VenueRest
{
    internal override byte[]? Get(PathString path, IQueryCollection query, long now) => path.Value switch
    {
        "/v5/market/time" => Answer(now, json =>
        {
            json.WriteText("timeSecond", now / 1_000);
            json.WriteText("timeNano", now * 1_000_000);
        }),
        "/v5/market/instruments-info" => Answer(now, json =>
        {
            var category = query["category"].ToString();
            var offered = category is "spot" or "linear" ? Listed(markets, Pair.Joined) : [];
            json.WriteString("category", category);
            json.WriteString("nextPageCursor", "");
            WriteList(json, "list", offered, listed => Write(json, listed.Instrument, listed.Pair, isSpot: category == "spot"));
        }),
        _ => null,
    };

    private static byte[] Answer(long now, Action<Utf8JsonWriter> result) => JsonMessage.Write(json =>
    {
        json.WriteNumber("retCode", 0);
        json.WriteString("retMsg", "OK");
        json.WriteStartObject("result");
        result(json);
        json.WriteEndObject();
        json.WriteStartObject("retExtInfo");
        json.WriteEndObject();
        json.WriteNumber("time", now);
    });

    private static void Write(Utf8JsonWriter json, Instrument instrument, Pair pair, bool isSpot)
    {
        var (tick, lot) = (instrument.Price(1), instrument.Size(1));
        json.WriteString("symbol", instrument.Symbol);
        json.WriteString("status", "Trading");
        json.WriteString("baseCoin", pair.Base);
        json.WriteString("quoteCoin", pair.Quote);
        if (!isSpot)
        {
            json.WriteString("contractType", "LinearPerpetual");
            json.WriteString("settleCoin", pair.Quote);
            json.WriteString("launchTime", "1585526400000");
            json.WriteString("deliveryTime", "0");
            json.WriteText("priceScale", instrument.PriceScale);
            json.WriteNumber("fundingInterval", 480);
            json.WriteStartObject("leverageFilter");
            json.WriteString("minLeverage", "1");
            json.WriteString("maxLeverage", "100.00");
            json.WriteString("leverageStep", "0.01");
            json.WriteEndObject();
        }

        json.WriteStartObject("priceFilter");
        json.WriteText("minPrice", tick);
        json.WriteText("tickSize", tick);
        json.WriteEndObject();
        json.WriteStartObject("lotSizeFilter");
        json.WriteText(isSpot ? "basePrecision" : "qtyStep", lot);
        if (isSpot)
            json.WriteText("quotePrecision", tick * lot);
        json.WriteText("minOrderQty", lot);
        json.WriteText("maxOrderQty", 1_000_000);
        json.WriteString(isSpot ? "minOrderAmt" : "minNotionalValue", "5");
        json.WriteEndObject();
    }
}
