using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary><c>/api/v5/public/time</c> and <c>/api/v5/public/instruments</c> (https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments).</summary>
internal sealed class OkxRest(MarketBoard markets) : VenueRest
{
    private const int FirstCode = 10_458;

    internal override byte[]? Get(PathString path, IQueryCollection query, long now) => path.Value switch
    {
        "/api/v5/public/time" => Answer([now], (json, time) => json.WriteText("ts", time)),
        "/api/v5/public/instruments" => Answer(
            Listed(markets, PairOf).Where(listed => OkxPush.TypeOf(listed.Instrument.Symbol) == query["instType"].ToString()),
            (json, listed) => Write(json, listed.Instrument, listed.Pair, FirstCode + markets.Instruments.ToList().IndexOf(listed.Instrument))),
        _ => null,
    };

    private static Pair? PairOf(string name) => name.Split('-') is [var @base, var quote, ..] ? new Pair(@base, quote) : null;

    private static byte[] Answer<T>(IEnumerable<T> data, Action<Utf8JsonWriter, T> write) => JsonMessage.Write(json =>
    {
        json.WriteString("code", "0");
        WriteList(json, "data", data, item => write(json, item));
        json.WriteString("msg", "");
    });

    private static void Write(Utf8JsonWriter json, Instrument instrument, Pair pair, int code)
    {
        var type = OkxPush.TypeOf(instrument.Symbol);
        var isSwap = type == "SWAP";
        json.WriteString("instType", type);
        json.WriteString("instId", instrument.Symbol);
        json.WriteNumber("instIdCode", code);
        json.WriteString("baseCcy", isSwap ? "" : pair.Base);
        json.WriteString("quoteCcy", isSwap ? "" : pair.Quote);
        json.WriteString("settleCcy", isSwap ? pair.Quote : "");
        json.WriteString("uly", isSwap ? $"{pair.Base}-{pair.Quote}" : "");
        json.WriteString("instFamily", isSwap ? $"{pair.Base}-{pair.Quote}" : "");
        json.WriteString("ctType", isSwap ? "linear" : "");
        json.WriteString("ctVal", isSwap ? "1" : "");
        json.WriteString("ctMult", isSwap ? "1" : "");
        json.WriteString("ctValCcy", isSwap ? pair.Base : "");
        json.WriteString("lever", "10");
        json.WriteText("tickSz", instrument.Price(1));
        json.WriteText("lotSz", instrument.Size(1));
        json.WriteText("minSz", instrument.Size(1));
        json.WriteString("listTime", "1548133413000");
        json.WriteString("expTime", "");
        json.WriteString("state", "live");
    }
}
