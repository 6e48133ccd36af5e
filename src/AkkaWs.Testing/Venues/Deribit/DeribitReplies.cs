using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>The shapes of Deribit's messages.</summary>
internal static class DeribitReplies
{
    internal static byte[] TestRequest { get; } = """{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}"""u8.ToArray();

    internal static byte[] Result(RpcRequest request, Action<Utf8JsonWriter> result) => JsonMessage.Write(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        request.WriteId(json);
        json.WritePropertyName("result");
        result(json);
        json.WriteBoolean("testnet", true);
    });

    internal static byte[] Error(RpcRequest? request, int code, string message) => JsonMessage.Write(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        if (request is not null)
            request.WriteId(json);
        else
            json.WriteNull("id");
        json.WriteStartObject("error");
        json.WriteNumber("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    internal static byte[] Channels(RpcRequest request, IReadOnlyList<string> channels) => Result(request, json =>
    {
        json.WriteStartArray();
        foreach (var channel in channels)
            json.WriteStringValue(channel);
        json.WriteEndArray();
    });

    /// <summary>An update of a channel.</summary>
    internal static byte[] Update(string channel, Action<Utf8JsonWriter> data) => JsonMessage.Write(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        json.WriteString("method", "subscription");
        json.WriteStartObject("params");
        json.WriteString("channel", channel);
        json.WritePropertyName("data");
        data(json);
        json.WriteEndObject();
    });
}
