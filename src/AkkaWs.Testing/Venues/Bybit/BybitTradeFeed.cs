namespace AkkaWs.Testing;

/// <summary><c>publicTrade.SYMBOL</c>: one trade a message, <c>seq</c> growing (https://bybit-exchange.github.io/docs/v5/websocket/public/trade).</summary>
internal sealed class BybitTradeFeed(string topic, SymbolMarket market) : TopicFeed
{
    internal override byte[] Next(long now)
    {
        var trade = market.Trade(now);
        return JsonMessage.Write(json =>
        {
            json.WriteString("topic", topic);
            json.WriteString("type", "snapshot");
            json.WriteNumber("ts", now);
            json.WriteStartArray("data");
            json.WriteStartObject();
            json.WriteNumber("T", trade.Time);
            json.WriteString("s", market.Instrument.Symbol);
            json.WriteString("S", trade.IsBuy ? "Buy" : "Sell");
            json.WriteText("v", market.Instrument.Size(trade.Lots));
            json.WriteText("p", market.Instrument.Price(trade.Tick));
            json.WriteString("L", BybitText.TickDirection(trade.Direction, trade.IsBuy));
            json.WriteString("i", trade.Id);
            json.WriteBoolean("BT", false);
            json.WriteBoolean("RPI", false);
            json.WriteNumber("seq", trade.Sequence);
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }
}
