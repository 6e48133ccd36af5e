using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>
/// <c>public/get_time</c>, <c>public/get_currencies</c> and <c>public/get_instruments</c>
/// (https://docs.deribit.com/api-reference/market-data/public-get_instruments): perpetuals, those in USD settled in what is traded.
/// </summary>
internal sealed class DeribitRest(MarketBoard markets) : VenueRest
{
    private const string Root = "/api/v2/public/";
    private const string Suffix = "-PERPETUAL";
    private const string Dollar = "USD";

    internal override byte[]? Get(PathString path, IQueryCollection query, long now) => path.Value switch
    {
        Root + "get_time" => Answer(now, json => json.WriteNumber("result", now)),
        Root + "get_currencies" => Answer(now, json => WriteList(json, "result", Currencies, currency => Write(json, currency))),
        Root + "get_instruments" => Answer(now, json => WriteList(
            json,
            "result",
            Listed(markets, PairOf).Where(listed => IsAsked(query["kind"], "future") && IsAsked(query["currency"], SettlementOf(listed.Pair))),
            listed => Write(json, listed.Instrument, listed.Pair))),
        _ => null,
    };

    private IEnumerable<string> Currencies => Listed(markets, PairOf).Select(listed => SettlementOf(listed.Pair)).Distinct().Order(StringComparer.Ordinal);

    private static bool IsAsked(string? wanted, string value) => string.IsNullOrEmpty(wanted) || wanted == "any" || wanted == value;

    private static Pair? PairOf(string name) => !name.EndsWith(Suffix, StringComparison.Ordinal) ? null
        : name[..^Suffix.Length].Split('_') is [var @base, var quote] ? new Pair(@base, quote)
        : new Pair(name[..^Suffix.Length], Dollar);

    private static string SettlementOf(Pair pair) => pair.Quote == Dollar ? pair.Base : pair.Quote;

    private static byte[] Answer(long now, Action<Utf8JsonWriter> result) => JsonMessage.Write(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        result(json);
        json.WriteNumber("usIn", now * 1_000);
        json.WriteNumber("usOut", (now * 1_000) + 1);
        json.WriteNumber("usDiff", 1);
        json.WriteBoolean("testnet", true);
    });

    private static void Write(Utf8JsonWriter json, string currency)
    {
        json.WriteString("currency", currency);
        json.WriteString("currency_long", currency);
        json.WriteString("coin_type", currency);
        json.WriteNumber("fee_precision", 4);
        json.WriteNumber("min_confirmations", 1);
        json.WriteNumber("withdrawal_fee", 0);
    }

    private static void Write(Utf8JsonWriter json, Instrument instrument, Pair pair)
    {
        json.WriteString("instrument_name", instrument.Symbol);
        json.WriteNumber("instrument_id", StableHash.Of(instrument.Symbol));
        json.WriteString("kind", "future");
        json.WriteString("instrument_type", pair.Quote == Dollar ? "reversed" : "linear");
        json.WriteString("settlement_period", "perpetual");
        json.WriteString("base_currency", pair.Base);
        json.WriteString("quote_currency", pair.Quote);
        json.WriteString("counter_currency", pair.Quote);
        json.WriteString("settlement_currency", SettlementOf(pair));
        json.WriteString("state", "open");
        json.WriteBoolean("is_active", true);
        json.WriteBoolean("rfq", false);
        json.WriteNumber("creation_timestamp", 1_534_167_754_000);
        json.WriteNumber("expiration_timestamp", 32_503_708_800_000);
        json.WriteNumber("tick_size", instrument.Price(1));
        json.WriteNumber("min_trade_amount", instrument.Size(1));
        json.WriteNumber("contract_size", instrument.Size(1));
        json.WriteNumber("max_leverage", 50);
        json.WriteNumber("maker_commission", 0);
        json.WriteNumber("taker_commission", 0.0005m);
        json.WriteString("price_index", $"{pair.Base}_{pair.Quote}".ToLowerInvariant());
    }
}
