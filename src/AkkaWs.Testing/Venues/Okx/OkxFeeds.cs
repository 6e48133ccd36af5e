using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary><c>trades</c>: one trade a message, each two of them with one <c>seqId</c>, as those of one order at two prices (https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel).</summary>
internal sealed class OkxTradeFeed(OkxArgument argument, SymbolMarket market) : TopicFeed
{
    private long _tradeId = market.NextNumber(100_000_000, 900_000_000);
    private long? _pair;

    internal override byte[] Next(long now)
    {
        var trade = market.Trade(now);
        var sequence = _pair ?? trade.Sequence;
        _pair = _pair is null ? sequence : null;
        return OkxPush.Write(argument, json =>
        {
            json.WriteString("instId", market.Instrument.Symbol);
            json.WriteText("tradeId", ++_tradeId);
            json.WriteText("px", market.Instrument.Price(trade.Tick));
            json.WriteText("sz", market.Instrument.Size(trade.Lots));
            json.WriteString("side", trade.IsBuy ? "buy" : "sell");
            json.WriteText("ts", trade.Time);
            json.WriteString("count", "1");
            json.WriteString("source", "0");
            json.WriteNumber("seqId", sequence);
        });
    }
}

/// <summary><c>tickers</c>: the whole ticker each time, the first at once (https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-tickers-channel).</summary>
internal sealed class OkxTickerFeed(OkxArgument argument, SymbolMarket market) : TopicFeed
{
    internal override byte[]? Snapshot(long now) => Write(now);

    internal override byte[] Next(long now)
    {
        market.Walk(1);
        market.Trade(now);
        return Write(now);
    }

    private byte[] Write(long now) => OkxPush.Write(argument, json =>
    {
        var instrument = market.Instrument;
        json.WriteString("instType", OkxPush.TypeOf(instrument.Symbol));
        json.WriteString("instId", instrument.Symbol);
        json.WriteText("last", instrument.Price(market.LastTick));
        json.WriteText("lastSz", instrument.Size(1));
        json.WriteText("askPx", instrument.Price(market.Asks.Best));
        json.WriteText("askSz", instrument.Size(market.Asks.Lots[0]));
        json.WriteText("bidPx", instrument.Price(market.Bids.Best));
        json.WriteText("bidSz", instrument.Size(market.Bids.Lots[0]));
        json.WriteText("open24h", instrument.Price(market.DayAgoTick));
        json.WriteText("high24h", instrument.Price(market.HighTick));
        json.WriteText("low24h", instrument.Price(market.LowTick));
        json.WriteText("sodUtc0", instrument.Price(market.DayAgoTick));
        json.WriteText("sodUtc8", instrument.Price(market.DayAgoTick));
        json.WriteText("volCcy24h", Fixed.At(4, market.Turnover));
        json.WriteText("vol24h", instrument.Size(market.Volume));
        json.WriteText("ts", now);
    });
}

/// <summary>What all pushes share.</summary>
internal static class OkxPush
{
    internal const string User = "44705892343619584";

    internal static byte[] Write(OkxArgument argument, Action<Utf8JsonWriter> entry, string? action = null, string? user = null) => JsonMessage.Write(json =>
    {
        argument.WriteTo(json, user);
        if (action is not null)
            json.WriteString("action", action);
        json.WriteStartArray("data");
        json.WriteStartObject();
        entry(json);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    internal static string TypeOf(string instrument) => instrument.EndsWith("-SWAP", StringComparison.Ordinal) ? "SWAP" : "SPOT";
}
