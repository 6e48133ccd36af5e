using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// Orders over the socket (https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-place-order): taken by the number of their instrument, each acknowledged first and pushed to <c>orders</c> then.
/// </summary>
internal sealed class OkxTrading(OrderDesk desk, OkxInstruments instruments)
{
    internal static bool Knows(string operation) => operation is "order" or "batch-orders" or "cancel-order" or "batch-cancel-orders" or "amend-order" or "batch-amend-orders";

    internal void Handle(IVenueSession session, string? id, string operation, IReadOnlyList<JsonElement> arguments)
    {
        if (!session.IsAuthenticated)
        {
            session.Reply(OkxReplies.Error(session, id, "60011", "Please log in"));
            return;
        }

        List<OkxOrderOutcome> outcomes = [.. arguments.Select(argument => Execute(operation, argument))];
        session.Reply(OkxReplies.Orders(session, id, operation, outcomes));
        foreach (var order in outcomes.Select(outcome => outcome.Order).OfType<DeskOrder>())
            Push(session, order);
    }

    private OkxOrderOutcome Execute(string operation, JsonElement argument)
    {
        if (argument.ValueKind != JsonValueKind.Object || !argument.TryGetProperty("instIdCode", out var given))
            return new OkxOrderOutcome("50014", "Parameter instIdCode can not be empty");
        if (given.ValueKind != JsonValueKind.Number || !given.TryGetInt64(out var number))
            return new OkxOrderOutcome("51000", "Parameter instIdCode error");
        if (instruments.Find(number) is not { } symbol)
            return new OkxOrderOutcome("51001", "Instrument ID, Instrument ID code or Spread ID doesn't exist.");
        var outcome = operation switch
        {
            "order" or "batch-orders" => desk.Place(new DeskTicket(
                symbol, Text(argument, "side") == "buy", Text(argument, "ordType") is "market", DeskTicket.Number(Text(argument, "px")),
                DeskTicket.Number(Text(argument, "sz")), Text(argument, "clOrdId") ?? "")),
            "cancel-order" or "batch-cancel-orders" => desk.Cancel(Text(argument, "ordId"), Text(argument, "clOrdId")),
            _ => desk.Amend(Text(argument, "ordId"), Text(argument, "clOrdId"), DeskTicket.Number(Text(argument, "newPx")), DeskTicket.Number(Text(argument, "newSz"))),
        };
        var (code, message) = outcome.Error switch
        {
            DeskError.None => ("0", ""),
            DeskError.InvalidSize => ("51000", "Parameter sz error"),
            DeskError.InvalidPrice => ("51000", "Parameter px error"),
            DeskError.UnknownOrder => ("51603", "Order does not exist"),
            _ => ("51201", "Too many open orders"),
        };
        return new OkxOrderOutcome(code, message, outcome.Order);
    }

    // A client hears of it whether it subscribed by type, by type and instrument, or to all.
    private static void Push(IVenueSession session, DeskOrder order)
    {
        var type = OkxPush.TypeOf(order.Symbol);
        foreach (var topic in (ReadOnlySpan<string>)["orders?instType=ANY", $"orders?instType={type}", $"orders?instId={order.Symbol}&instType={type}"])
            session.PushPrivate(topic, OkxPush.Write(OkxArgument.Parse(topic)!, json => WriteOrder(json, order, type, session.Now), user: OkxPush.User));
        if (order.FilledSize > 0)
            session.PushPrivate("fills", OkxPush.Write(OkxArgument.Parse("fills")!, json => WriteFill(json, order, session.Now), user: OkxPush.User));
    }

    private static void WriteOrder(Utf8JsonWriter json, DeskOrder order, string type, long now)
    {
        json.WriteString("instType", type);
        json.WriteString("instId", order.Symbol);
        json.WriteString("ordId", order.Id);
        json.WriteString("clOrdId", order.ClientId);
        json.WriteString("side", order.IsBuy ? "buy" : "sell");
        json.WriteString("ordType", order.Price is null ? "market" : "limit");
        json.WriteString("px", order.Price is { } price ? JsonMessage.Text(price) : "");
        json.WriteText("sz", order.Size);
        json.WriteString("state", order.Status switch { DeskStatus.Filled => "filled", DeskStatus.Cancelled => "canceled", _ => "live" });
        json.WriteText("accFillSz", order.FilledSize);
        json.WriteString("avgPx", order.FilledSize > 0 ? JsonMessage.Text(order.FilledPrice) : "");
        json.WriteString("tdMode", "cash");
        json.WriteString("code", "0");
        json.WriteString("msg", "");
        json.WriteText("cTime", now);
        json.WriteText("uTime", now);
    }

    private static void WriteFill(Utf8JsonWriter json, DeskOrder order, long now)
    {
        json.WriteString("instId", order.Symbol);
        json.WriteText("fillSz", order.FilledSize);
        json.WriteText("fillPx", order.FilledPrice);
        json.WriteString("side", order.IsBuy ? "buy" : "sell");
        json.WriteText("ts", now);
        json.WriteString("ordId", order.Id);
        json.WriteString("tradeId", order.Id);
        json.WriteString("execType", "T");
        json.WriteString("count", "1");
    }

    private static string? Text(JsonElement argument, string name) => argument.ValueKind == JsonValueKind.Object && argument.TryGetProperty(name, out var value) ? value.ToString() : null;
}
