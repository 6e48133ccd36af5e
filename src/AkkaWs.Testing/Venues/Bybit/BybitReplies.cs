using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>The shapes of Bybit's answers.</summary>
internal static class BybitReplies
{
    /// <summary>Public and private sockets: <c>success</c> and <c>ret_msg</c>.</summary>
    internal static byte[] Outcome(IVenueSession session, string operation, string? id, bool success, string message) => JsonMessage.Write(json =>
    {
        json.WriteBoolean("success", success);
        json.WriteString("ret_msg", message);
        json.WriteString("conn_id", session.ConnectionId);
        json.WriteString("req_id", id ?? "");
        json.WriteString("op", operation);
    });

    /// <summary>The options socket answers a subscribe per topic.</summary>
    internal static byte[] OptionOutcome(IVenueSession session, string? id, IReadOnlyList<string> failed, IReadOnlyList<string> succeeded) => JsonMessage.Write(json =>
    {
        json.WriteBoolean("success", failed.Count == 0);
        json.WriteString("conn_id", session.ConnectionId);
        if (id is not null)
            json.WriteString("req_id", id);
        json.WriteStartObject("data");
        WriteAll(json, "failTopics", failed);
        WriteAll(json, "successTopics", succeeded);
        json.WriteEndObject();
        json.WriteString("type", "COMMAND_RESP");
    });

    internal static byte[] PrivatePong(IVenueSession session, string? id) => JsonMessage.Write(json =>
    {
        if (id is not null)
            json.WriteString("req_id", id);
        json.WriteString("op", "pong");
        json.WriteStartArray("args");
        json.WriteStringValue(session.Now.ToString(CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteString("conn_id", session.ConnectionId);
    });

    /// <summary>The trade socket's answer to <c>auth</c> and <c>ping</c>: <c>retCode</c> without a header.</summary>
    internal static byte[] TradeOutcome(IVenueSession session, string operation, string? id, int code, string message) => JsonMessage.Write(json =>
    {
        if (id is not null)
            json.WriteString("reqId", id);
        json.WriteNumber("retCode", code);
        json.WriteString("retMsg", message);
        json.WriteString("op", operation);
        json.WriteString("connId", session.ConnectionId);
    });

    internal static byte[] TradePong(IVenueSession session, string? id) => JsonMessage.Write(json =>
    {
        if (id is not null)
            json.WriteString("reqId", id);
        json.WriteNumber("retCode", 0);
        json.WriteString("retMsg", "OK");
        json.WriteString("op", "pong");
        json.WriteStartArray("data");
        json.WriteStringValue(session.Now.ToString(CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteString("connId", session.ConnectionId);
    });

    /// <summary>The trade socket's answer to an order operation (https://bybit-exchange.github.io/docs/v5/websocket/trade/guideline).</summary>
    internal static byte[] OrderOutcome(IVenueSession session, BybitRequest request, BybitOrderOutcome outcome) => JsonMessage.Write(json =>
    {
        if (request.Id is { } id)
            json.WriteString("reqId", id);
        json.WriteNumber("retCode", outcome.Code);
        json.WriteString("retMsg", outcome.Message);
        json.WriteString("op", request.Operation);
        json.WriteStartObject("data");
        if (outcome.Order is { } order)
        {
            json.WriteString("orderId", order.Id);
            json.WriteString("orderLinkId", order.LinkId);
        }

        json.WriteEndObject();
        json.WriteStartObject("retExtInfo");
        json.WriteEndObject();
        json.WriteStartObject("header");
        json.WriteString("X-Bapi-Limit", "10");
        json.WriteString("X-Bapi-Limit-Status", "9");
        json.WriteText("X-Bapi-Limit-Reset-Timestamp", session.Now);
        json.WriteString("Traceid", $"{StableHash.Of(session.ConnectionId + request.Id):x32}");
        json.WriteText("Timenow", session.Now);
        json.WriteEndObject();
        json.WriteString("connId", session.ConnectionId);
    });

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
