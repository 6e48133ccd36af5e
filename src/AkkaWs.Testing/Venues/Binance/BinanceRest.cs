using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>
/// <c>ping</c>, <c>time</c>, <c>exchangeInfo</c> and the <c>depth</c> that the changes of a book apply to, of spot under <c>/api/v3</c> and of
/// USD-margined futures under <c>/fapi/v1</c> (https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints); all symbols are
/// traded on both.
/// </summary>
internal sealed class BinanceRest(MarketBoard markets, BinanceDialect dialect) : VenueRest
{
    private const string Spot = "/api/v3/";
    private const string UsdMargined = "/fapi/v1/";

    internal override byte[]? Get(PathString path, IQueryCollection query, long now) => path.Value switch
    {
        Spot + "ping" or UsdMargined + "ping" => JsonMessage.Write(_ => { }),
        Spot + "time" or UsdMargined + "time" => JsonMessage.Write(json => json.WriteNumber("serverTime", now)),
        Spot + "exchangeInfo" => ExchangeInfo(now, isSpot: true),
        UsdMargined + "exchangeInfo" => ExchangeInfo(now, isSpot: false),
        Spot + "depth" or UsdMargined + "depth" when markets.Find(query["symbol"].ToString()) is { } market =>
            JsonMessage.WriteValue(dialect.BookOf(market).WriteSnapshot),
        _ => null,
    };

    private byte[] ExchangeInfo(long now, bool isSpot) => JsonMessage.Write(json =>
    {
        json.WriteString("timezone", "UTC");
        json.WriteNumber("serverTime", now);
        json.WriteStartArray("rateLimits");
        json.WriteEndArray();
        json.WriteStartArray("exchangeFilters");
        json.WriteEndArray();
        WriteList(json, "symbols", Listed(markets, Pair.Joined), listed => Write(json, listed.Instrument, listed.Pair, isSpot));
    });

    private static void Write(Utf8JsonWriter json, Instrument instrument, Pair pair, bool isSpot)
    {
        json.WriteString("symbol", instrument.Symbol);
        json.WriteString("status", "TRADING");
        json.WriteString("baseAsset", pair.Base);
        json.WriteString("quoteAsset", pair.Quote);
        json.WriteNumber("quotePrecision", 8);
        if (isSpot)
        {
            json.WriteNumber("baseAssetPrecision", 8);
            json.WriteNumber("quoteAssetPrecision", 8);
            json.WriteBoolean("isSpotTradingAllowed", true);
            json.WriteBoolean("isMarginTradingAllowed", false);
        }
        else
        {
            json.WriteString("pair", instrument.Symbol);
            json.WriteString("contractType", "PERPETUAL");
            json.WriteString("marginAsset", pair.Quote);
            json.WriteNumber("onboardDate", 1_569_398_400_000);
            json.WriteNumber("deliveryDate", 4_133_404_800_000);
            json.WriteNumber("pricePrecision", instrument.PriceScale);
            json.WriteNumber("quantityPrecision", instrument.LotScale);
        }

        WriteWords(json, isSpot ? "orderTypes" : "orderType", "LIMIT", "MARKET");
        json.WriteStartArray("filters");
        WriteFilter(json, "PRICE_FILTER", ("minPrice", instrument.Price(1)), ("maxPrice", 1_000_000), ("tickSize", instrument.Price(1)));
        WriteFilter(json, "LOT_SIZE", ("minQty", instrument.Size(1)), ("maxQty", 1_000_000), ("stepSize", instrument.Size(1)));
        json.WriteEndArray();
        if (!isSpot)
            return;
        json.WriteStartArray("permissionSets");
        json.WriteStartArray();
        json.WriteStringValue("SPOT");
        json.WriteEndArray();
        json.WriteEndArray();
    }

    private static void WriteFilter(Utf8JsonWriter json, string type, params ReadOnlySpan<(string Name, decimal Value)> bounds)
    {
        json.WriteStartObject();
        json.WriteString("filterType", type);
        foreach (var (name, value) in bounds)
            json.WriteText(name, value);
        json.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter json, string name, params ReadOnlySpan<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
            json.WriteStringValue(word);
        json.WriteEndArray();
    }
}
