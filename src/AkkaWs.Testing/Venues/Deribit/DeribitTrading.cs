using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>Orders: each outcome is answered first and told to the account's channels then.</summary>
internal sealed class DeribitTrading(OrderDesk desk)
{
    internal void Handle(IVenueSession session, RpcRequest request)
    {
        var outcome = request.Method == "private/cancel"
            ? desk.Cancel(request.Text("order_id"), null)
            : desk.Place(new DeskTicket(
                request.Text("instrument_name"), request.Method == "private/buy", request.Text("type") == "market", DeskTicket.Number(request.Text("price")),
                DeskTicket.Number(request.Text("amount")), request.Text("label") ?? ""));
        if (outcome.Order is not { } order)
        {
            var (code, message) = outcome.Error switch
            {
                DeskError.UnknownSymbol => (-32602, "Invalid params: instrument_name"),
                DeskError.InvalidSize => (-32602, "Invalid params: amount"),
                DeskError.InvalidPrice => (-32602, "Invalid params: price"),
                DeskError.UnknownOrder => (10004, "order_not_found"),
                _ => (10010, "too_many_open_orders"),
            };
            session.Reply(DeribitReplies.Error(request, code, message));
            return;
        }

        session.Reply(DeribitReplies.Result(request, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("order");
            Write(json, order, session.Now);
            json.WriteEndObject();
        }));
        var channel = $"user.orders.{order.Symbol}.raw";
        session.PushPrivate(channel, DeribitReplies.Update(channel, json => Write(json, order, session.Now)));
    }

    private static void Write(Utf8JsonWriter json, DeskOrder order, long now)
    {
        json.WriteStartObject();
        json.WriteString("order_id", order.Id);
        json.WriteString("instrument_name", order.Symbol);
        json.WriteString("direction", order.IsBuy ? "buy" : "sell");
        json.WriteString("order_type", order.Price is null ? "market" : "limit");
        json.WriteString("order_state", order.Status switch { DeskStatus.Filled => "filled", DeskStatus.Cancelled => "cancelled", _ => "open" });
        json.WriteString("label", order.ClientId);
        json.WriteNumber("amount", order.Size);
        json.WriteNumber("filled_amount", order.FilledSize);
        json.WriteNumber("last_update_timestamp", now);
        json.WriteEndObject();
    }
}
