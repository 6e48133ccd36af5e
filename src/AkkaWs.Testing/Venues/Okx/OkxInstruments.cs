using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>The instruments and their numbers (<c>instIdCode</c>), by which OKX takes orders, and the channel that lists them (https://www.okx.com/docs-v5/en/#public-data-websocket-instruments-channel).</summary>
internal sealed class OkxInstruments(IReadOnlyList<string> symbols)
{
    private const long FirstCode = 10_458;

    internal string? Find(long code) => code >= FirstCode && code - FirstCode < symbols.Count ? symbols[(int)(code - FirstCode)] : null;

    internal static bool IsType(string? type) => type is "SPOT" or "SWAP";

    /// <summary>All instruments of the type that the argument names.</summary>
    internal byte[] Listing(OkxArgument argument) => JsonMessage.Write(json =>
    {
        argument.WriteTo(json);
        WriteTo(json, argument.Type);
    });

    /// <summary>The field <c>data</c>, the same on the channel and over HTTP.</summary>
    internal void WriteTo(Utf8JsonWriter json, string? type)
    {
        json.WriteStartArray("data");
        for (var index = 0; index < symbols.Count; index++)
        {
            if (OkxPush.TypeOf(symbols[index]) == type)
                Write(json, Instrument.For(symbols[index]), type, FirstCode + index);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Instrument instrument, string type, long code)
    {
        var parts = instrument.Symbol.Split('-');
        json.WriteStartObject();
        json.WriteString("instType", type);
        json.WriteString("instId", instrument.Symbol);
        json.WriteNumber("instIdCode", code);
        json.WriteString("baseCcy", type == "SPOT" ? parts[0] : "");
        json.WriteString("quoteCcy", type == "SPOT" ? parts[^1] : "");
        json.WriteString("settleCcy", type == "SPOT" ? "" : parts[1]);
        json.WriteString("uly", type == "SPOT" ? "" : $"{parts[0]}-{parts[1]}");
        json.WriteString("instFamily", type == "SPOT" ? "" : $"{parts[0]}-{parts[1]}");
        json.WriteString("ctVal", type == "SPOT" ? "" : "1");
        json.WriteString("ctMult", type == "SPOT" ? "" : "1");
        json.WriteString("ctValCcy", type == "SPOT" ? "" : parts[0]);
        json.WriteString("ctType", type == "SPOT" ? "" : "linear");
        json.WriteText("tickSz", instrument.Price(1));
        json.WriteText("lotSz", instrument.Size(1));
        json.WriteText("minSz", instrument.Size(1));
        json.WriteString("listTime", "1606468572000");
        json.WriteString("expTime", "");
        json.WriteString("lever", "10");
        json.WriteString("state", "live");
        json.WriteEndObject();
    }
}
