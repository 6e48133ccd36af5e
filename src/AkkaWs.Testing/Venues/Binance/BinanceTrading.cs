using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>Orders over the API: each outcome is answered first and told to the account's events then.</summary>
internal sealed class BinanceTrading(OrderDesk desk, bool isUsdMargined)
{
    /// <summary>The hub's name of the account's events of spot.</summary>
    internal const string Topic = "userData";

    private const string OrderEvent = "ORDER_TRADE_UPDATE";

    internal void Handle(IVenueSession session, RpcRequest request)
    {
        if (isUsdMargined && request.Method == "order.place" && IsConditional(request.Text("type")))
        {
            session.Reply(BinanceReplies.Error(request, 400, -4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."));
            return;
        }

        var outcome = request.Method == "order.place"
            ? desk.Place(new DeskTicket(
                request.Text("symbol"), request.Text("side") == "BUY", request.Text("type") == "MARKET", DeskTicket.Number(request.Text("price")),
                DeskTicket.Number(request.Text("quantity")), request.Text("newClientOrderId") ?? ""))
            : desk.Cancel(request.Text("orderId"), request.Text("origClientOrderId"));
        if (outcome.Order is not { } order)
        {
            var (code, message) = outcome.Error switch
            {
                DeskError.UnknownSymbol => (-1121, "Invalid symbol."),
                DeskError.InvalidSize => (-1102, "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."),
                DeskError.InvalidPrice => (-1102, "Mandatory parameter 'price' was not sent, was empty/null, or malformed."),
                DeskError.UnknownOrder => (-2011, "Unknown order sent."),
                _ => (-2010, "Too many open orders."),
            };
            session.Reply(BinanceReplies.Error(request, 400, code, message));
            return;
        }

        session.Reply(BinanceReplies.Result(request, 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("symbol", order.Symbol);
            WriteId(json, "orderId", order);
            json.WriteString("clientOrderId", order.ClientId);
            json.WriteNumber(isUsdMargined ? "updateTime" : "transactTime", session.Now);
            json.WriteString("status", StatusOf(order));
            json.WriteEndObject();
        }));
        if (isUsdMargined)
            TellFutures(session, order);
        else
            TellSpot(session, order);
    }

    // Stop orders went to an API of their own (algoOrder.place).
    private static bool IsConditional(string? type) => type is "STOP" or "STOP_MARKET" or "TAKE_PROFIT" or "TAKE_PROFIT_MARKET" or "TRAILING_STOP_MARKET";

    private static void TellSpot(IVenueSession session, DeskOrder order) => session.PushPrivate(Topic, JsonMessage.Write(json =>
    {
        json.WriteNumber("subscriptionId", 0);
        json.WriteStartObject("event");
        json.WriteString("e", "executionReport");
        json.WriteNumber("E", session.Now);
        json.WriteString("s", order.Symbol);
        json.WriteString("S", order.IsBuy ? "BUY" : "SELL");
        json.WriteString("X", StatusOf(order));
        WriteId(json, "i", order);
        json.WriteText("z", order.FilledSize);
        json.WriteEndObject();
    }));

    // To every listen key: alone as the stream's name where no events were asked for, else with the event behind it.
    private static void TellFutures(IVenueSession session, DeskOrder order)
    {
        foreach (var stream in session.OpenTopics.Where(IsForOrders))
        {
            session.PushPrivate(stream, BinanceReplies.Update(stream, json =>
            {
                json.WriteString("e", OrderEvent);
                json.WriteNumber("E", session.Now);
                json.WriteNumber("T", session.Now);
                json.WriteStartObject("o");
                json.WriteString("s", order.Symbol);
                json.WriteString("c", order.ClientId);
                json.WriteString("S", order.IsBuy ? "BUY" : "SELL");
                json.WriteString("X", StatusOf(order));
                WriteId(json, "i", order);
                json.WriteText("z", order.FilledSize);
                json.WriteString("ps", "BOTH");
                json.WriteEndObject();
            }));
        }
    }

    private static bool IsForOrders(string stream) => BinancePath.RouteOf(stream) == "private"
        && (!stream.Contains('@', StringComparison.Ordinal) || stream.EndsWith("@" + OrderEvent, StringComparison.Ordinal));

    private static void WriteId(Utf8JsonWriter json, string name, DeskOrder order) => json.WriteNumber(name, long.Parse(order.Id, CultureInfo.InvariantCulture));

    private static string StatusOf(DeskOrder order) => order.Status switch { DeskStatus.Filled => "FILLED", DeskStatus.Cancelled => "CANCELED", _ => "NEW" };
}
