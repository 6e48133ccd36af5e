using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>The pushes of the private topics (https://bybit-exchange.github.io/docs/v5/websocket/private/order and its neighbours).</summary>
internal sealed class BybitPrivateMessages(long now, Random random)
{
    internal byte[] Order(BybitOrder order) => Push("order", json =>
    {
        var closed = order.Status != BybitOrder.New;
        json.WriteString("category", order.Category);
        json.WriteString("symbol", order.Symbol);
        json.WriteString("orderId", order.Id);
        json.WriteString("orderLinkId", order.LinkId);
        json.WriteString("side", Side(order));
        json.WriteString("orderType", order.IsMarket ? "Market" : "Limit");
        json.WriteString("cancelType", order.Status == BybitOrder.Cancelled ? "CancelByUser" : "UNKNOWN");
        json.WriteText("price", order.Price);
        json.WriteText("qty", order.Size);
        json.WriteString("timeInForce", order.TimeInForce);
        json.WriteString("orderStatus", order.Status);
        json.WriteString("rejectReason", order.RejectReason);
        json.WriteText("leavesQty", closed ? 0 : order.Size);
        json.WriteText("leavesValue", closed ? 0 : order.Size * order.Price);
        json.WriteText("cumExecQty", order.FilledSize);
        json.WriteText("cumExecValue", order.FilledSize * order.FilledPrice);
        json.WriteText("cumExecFee", order.Fee);
        json.WriteString("avgPrice", order.FilledSize > 0 ? JsonMessage.Text(order.FilledPrice) : "");
        json.WriteBoolean("reduceOnly", false);
        json.WriteBoolean("closeOnTrigger", false);
        json.WriteNumber("positionIdx", 0);
        json.WriteText("createdTime", order.CreatedTime);
        json.WriteText("updatedTime", now);
        foreach (var unused in (ReadOnlySpan<string>)["orderIv", "blockTradeId", "stopOrderType", "tpslMode", "triggerPrice", "takeProfit", "stopLoss", "triggerBy", "smpOrderId", "feeCurrency"])
            json.WriteString(unused, "");
    });

    internal byte[] Execution(BybitOrder order) => Push("execution", json =>
    {
        json.WriteString("category", order.Category);
        json.WriteString("symbol", order.Symbol);
        json.WriteText("execFee", order.Fee);
        json.WriteString("execId", BybitTrading.NewId(random));
        json.WriteText("execPrice", order.FilledPrice);
        json.WriteText("execQty", order.Size);
        json.WriteString("execType", "Trade");
        json.WriteText("execValue", order.Size * order.FilledPrice);
        json.WriteBoolean("isMaker", false);
        json.WriteText("feeRate", BybitAccount.TakerFee);
        json.WriteText("markPrice", order.FilledPrice);
        json.WriteString("leavesQty", "0");
        json.WriteString("orderId", order.Id);
        json.WriteString("orderLinkId", order.LinkId);
        json.WriteText("orderPrice", order.Price);
        json.WriteText("orderQty", order.Size);
        json.WriteString("orderType", order.IsMarket ? "Market" : "Limit");
        json.WriteString("stopOrderType", "UNKNOWN");
        json.WriteString("side", Side(order));
        json.WriteText("execTime", now);
        json.WriteString("isLeverage", "0");
        json.WriteString("closedSize", "");
        json.WriteNumber("seq", now);
    });

    internal byte[] FastExecution(BybitOrder order) => JsonMessage.Write(json =>
    {
        json.WriteString("topic", "execution.fast");
        json.WriteNumber("creationTime", now);
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("category", order.Category);
        json.WriteString("symbol", order.Symbol);
        json.WriteString("execId", BybitTrading.NewId(random));
        json.WriteText("execPrice", order.FilledPrice);
        json.WriteText("execQty", order.Size);
        json.WriteString("orderId", order.Id);
        json.WriteString("orderLinkId", order.LinkId);
        json.WriteString("side", Side(order));
        json.WriteText("execTime", now);
        json.WriteNumber("seq", now);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    internal byte[] Position(BybitPosition position, SymbolMarket market) => Push("position", json =>
    {
        var mark = market.Instrument.Price(market.LastTick);
        json.WriteNumber("positionIdx", 0);
        json.WriteString("symbol", position.Symbol);
        json.WriteString("side", position.Size switch { > 0 => "Buy", < 0 => "Sell", _ => "" });
        json.WriteText("size", Math.Abs(position.Size));
        json.WriteText("entryPrice", position.EntryPrice);
        json.WriteString("leverage", "10");
        json.WriteText("positionValue", Math.Abs(position.Size) * position.EntryPrice);
        json.WriteText("markPrice", mark);
        json.WriteText("unrealisedPnl", position.Size * (mark - position.EntryPrice));
        json.WriteText("cumRealisedPnl", position.RealisedPnl);
        json.WriteString("category", "linear");
        json.WriteString("positionStatus", "Normal");
        json.WriteText("updatedTime", now);
        json.WriteNumber("seq", now);
    });

    internal byte[] Wallet(BybitAccount account) => Push("wallet", json =>
    {
        json.WriteText("totalEquity", account.Balance);
        json.WriteText("totalWalletBalance", account.Balance);
        json.WriteText("totalMarginBalance", account.Balance);
        json.WriteText("totalAvailableBalance", account.Balance);
        json.WriteStartArray("coin");
        json.WriteStartObject();
        json.WriteString("coin", "USDT");
        json.WriteText("equity", account.Balance);
        json.WriteText("usdValue", account.Balance);
        json.WriteText("walletBalance", account.Balance);
        json.WriteText("cumRealisedPnl", account.RealisedPnl);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("accountType", "UNIFIED");
    });

    private byte[] Push(string topic, Action<Utf8JsonWriter> entry) => JsonMessage.Write(json =>
    {
        json.WriteString("id", BybitTrading.NewId(random));
        json.WriteString("topic", topic);
        json.WriteNumber("creationTime", now);
        json.WriteStartArray("data");
        json.WriteStartObject();
        entry(json);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static string Side(BybitOrder order) => order.IsBuy ? "Buy" : "Sell";
}
