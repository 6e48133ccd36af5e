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
