using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>The shapes of OKX's answers.</summary>
internal static class OkxReplies
{
    internal static byte[] Login(IVenueSession session) => Event(session, "login", null, json =>
    {
        json.WriteString("code", "0");
        json.WriteString("msg", "");
    });

    internal static byte[] Error(IVenueSession session, string? id, string code, string message) => Event(session, "error", id, json =>
    {
        json.WriteString("code", code);
        json.WriteString("msg", message);
    });

    /// <summary>One argument is subscribed, or no longer.</summary>
    internal static byte[] Confirm(IVenueSession session, string? id, string operation, OkxArgument argument) => Event(session, operation, id, json => argument.WriteTo(json));

    internal static byte[] ConnectionCount(IVenueSession session, string channel, int count) => ConnectionCount(session, "channel-conn-count", channel, count);

    /// <summary>The subscription, which was confirmed before, has ended: too many connections have the channel.</summary>
    internal static byte[] Ended(IVenueSession session, string channel, int limit) => ConnectionCount(session, "channel-conn-count-error", channel, limit);

    internal static byte[] Orders(IVenueSession session, string? id, string operation, IReadOnlyList<OkxOrderOutcome> outcomes) => JsonMessage.Write(json =>
    {
        var failed = outcomes.Count(outcome => outcome.Code != "0");
        if (id is not null)
            json.WriteString("id", id);
        json.WriteString("op", operation);
        json.WriteStartArray("data");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("clOrdId", outcome.Order?.ClientId ?? "");
            json.WriteString("ordId", outcome.Order?.Id ?? "");
            json.WriteString("tag", "");
            json.WriteText("ts", session.Now);
            json.WriteString("sCode", outcome.Code);
            json.WriteString("sMsg", outcome.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("code", failed == 0 ? "0" : failed == outcomes.Count ? "1" : "2");
        json.WriteString("msg", "");
        json.WriteText("inTime", session.Now * 1000);
        json.WriteText("outTime", (session.Now * 1000) + 1);
    });

    private static byte[] ConnectionCount(IVenueSession session, string name, string channel, int count) => Event(session, name, null, json =>
    {
        json.WriteString("channel", channel);
        json.WriteString("connCount", count.ToString(CultureInfo.InvariantCulture));
    });

    private static byte[] Event(IVenueSession session, string name, string? id, Action<Utf8JsonWriter> body) => JsonMessage.Write(json =>
    {
        if (id is not null)
            json.WriteString("id", id);
        json.WriteString("event", name);
        body(json);
        json.WriteString("connId", StableHash.Of(session.ConnectionId).ToString("x8", CultureInfo.InvariantCulture));
    });
}

/// <summary>What became of one order of a request.</summary>
internal sealed record OkxOrderOutcome(string Code, string Message, DeskOrder? Order = null);
