using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary><c>/api/v5/public/time</c> and <c>/api/v5/public/instruments</c> (https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments).</summary>
internal sealed class OkxRest(OkxInstruments instruments) : VenueRest
{
    internal override byte[]? Get(PathString path, IQueryCollection query, long now) => path.Value switch
    {
        "/api/v5/public/time" => Answer(json => WriteList(json, "data", [now], time => json.WriteText("ts", time))),
        "/api/v5/public/instruments" => Answer(json => instruments.WriteTo(json, query["instType"])),
        _ => null,
    };

    private static byte[] Answer(Action<Utf8JsonWriter> data) => JsonMessage.Write(json =>
    {
        json.WriteString("code", "0");
        data(json);
        json.WriteString("msg", "");
    });
}
