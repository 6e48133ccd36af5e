using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>The shapes of Binance's answers: with a status on the API, without one on the streams.</summary>
internal static class BinanceReplies
{
    internal static byte[] Result(RpcRequest request, int? status, Action<Utf8JsonWriter> result) => JsonMessage.Write(json =>
    {
        if (status is { } known)
        {
            request.WriteId(json);
            json.WriteNumber("status", known);
        }

        json.WritePropertyName("result");
        result(json);
        if (status is null)
            request.WriteId(json);
    });

    internal static byte[] Error(RpcRequest? request, int? status, int code, string message) => JsonMessage.Write(json =>
    {
        if (request is not null)
            request.WriteId(json);
        else
            json.WriteNull("id");
        if (status is { } known)
            json.WriteNumber("status", known);
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("msg", message);
        json.WriteEndObject();
    });

    /// <summary>An update of a combined stream.</summary>
    internal static byte[] Update(string stream, Action<Utf8JsonWriter> data) => JsonMessage.Write(json =>
    {
        json.WriteString("stream", stream);
        json.WriteStartObject("data");
        data(json);
        json.WriteEndObject();
    });

    /// <summary>The event of a combined stream without the stream's name; what is none stays as it is.</summary>
    internal static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> message)
    {
        const string Data = ",\"data\":";
        var start = message.Span.StartsWith("{\"stream\":"u8) ? message.Span.IndexOf(",\"data\":"u8) : -1;
        return start < 0 ? message : message[(start + Data.Length)..^1];
    }

    /// <summary>
    /// The symbol, and on USD-margined futures what tells them from coin-margined ones since both run on one system (2026-06-24): product and pair.
    /// </summary>
    internal static void WriteSymbol(Utf8JsonWriter json, SymbolMarket market, bool isUsdMargined)
    {
        json.WriteString("s", market.Instrument.Symbol);
        if (!isUsdMargined)
            return;
        json.WriteNumber("st", 1);
        json.WriteString("ps", market.Instrument.Symbol);
    }

    internal static void WriteLevels(Utf8JsonWriter json, string name, IEnumerable<BookLevel> levels, Instrument instrument)
    {
        json.WriteStartArray(name);
        foreach (var level in levels)
        {
            json.WriteStartArray();
            json.WriteStringValue(JsonMessage.Text(instrument.Price(level.Tick)));
            json.WriteStringValue(JsonMessage.Text(instrument.Size(level.Lots)));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
