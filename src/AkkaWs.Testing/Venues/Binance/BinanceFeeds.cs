using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary><c>@trade</c> and <c>@aggTrade</c>: one trade a message, numbered without a hole.</summary>
internal sealed class BinanceTradeFeed(string stream, SymbolMarket market, string kind) : TopicFeed
{
    private long _id = market.NextNumber(1_000_000, 900_000_000);

    internal override byte[] Next(long now)
    {
        var trade = market.Trade(now);
        return BinanceReplies.Update(stream, json =>
        {
            json.WriteString("e", kind);
            json.WriteNumber("E", now);
            json.WriteString("s", market.Instrument.Symbol);
            json.WriteNumber(kind == "trade" ? "t" : "a", ++_id);
            json.WriteText("p", market.Instrument.Price(trade.Tick));
            json.WriteText("q", market.Instrument.Size(trade.Lots));
            json.WriteNumber("T", trade.Time);
            json.WriteBoolean("m", !trade.IsBuy);
        });
    }
}

/// <summary><c>@ticker</c> and <c>@bookTicker</c>.</summary>
internal sealed class BinanceTickerFeed(string stream, SymbolMarket market, string kind) : TopicFeed
{
    internal override byte[] Next(long now)
    {
        market.Walk(1);
        market.Trade(now);
        return BinanceReplies.Update(stream, json =>
        {
            var instrument = market.Instrument;
            if (kind == "ticker")
            {
                json.WriteString("e", "24hrTicker");
                json.WriteNumber("E", now);
                json.WriteText("c", instrument.Price(market.LastTick));
                json.WriteText("h", instrument.Price(market.HighTick));
                json.WriteText("l", instrument.Price(market.LowTick));
                json.WriteText("v", instrument.Size(market.Volume));
            }
            else
            {
                json.WriteNumber("u", market.Sequence);
            }

            json.WriteString("s", instrument.Symbol);
            json.WriteText("b", instrument.Price(market.Bids.Best));
            json.WriteText("B", instrument.Size(market.Bids.Lots[0]));
            json.WriteText("a", instrument.Price(market.Asks.Best));
            json.WriteText("A", instrument.Size(market.Asks.Lots[0]));
        });
    }
}

/// <summary><c>@depth5</c>, <c>@depth10</c>, <c>@depth20</c>: the first levels as a whole.</summary>
internal sealed class BinancePartialBookFeed(string stream, SymbolMarket market, int depth) : TopicFeed
{
    private readonly BookView _bids = new(market.Bids, depth, -1);
    private readonly BookView _asks = new(market.Asks, depth, +1);

    internal override byte[] Next(long now)
    {
        market.Walk(depth);
        _bids.Advance();
        _asks.Advance();
        return BinanceReplies.Update(stream, json =>
        {
            json.WriteNumber("lastUpdateId", market.Sequence);
            BinanceReplies.WriteLevels(json, "bids", _bids.Seen, market.Instrument);
            BinanceReplies.WriteLevels(json, "asks", _asks.Seen, market.Instrument);
        });
    }
}

/// <summary>
/// <c>@depth</c>: changes whose first update (<c>U</c>) follows the last one (<c>u</c>) of the message before. They apply to the snapshot that the API's <c>depth</c> gives.
/// </summary>
internal sealed class BinanceBookFeed(SymbolMarket market) : TopicFeed
{
    private const int Depth = 1_000;
    private readonly string _stream = $"{market.Instrument.Symbol.ToLowerInvariant()}@depth@100ms";
    private readonly BookView _bids = new(market.Bids, Depth, -1);
    private readonly BookView _asks = new(market.Asks, Depth, +1);
    private long _lastUpdate = market.Sequence;

    internal override byte[] Next(long now)
    {
        market.Walk(Depth);
        var (bids, asks) = (_bids.Advance(), _asks.Advance());
        var first = _lastUpdate + 1;
        _lastUpdate += Math.Max(1, bids.Count + asks.Count);
        return BinanceReplies.Update(_stream, json =>
        {
            json.WriteString("e", "depthUpdate");
            json.WriteNumber("E", now);
            json.WriteString("s", market.Instrument.Symbol);
            json.WriteNumber("U", first);
            json.WriteNumber("u", _lastUpdate);
            BinanceReplies.WriteLevels(json, "b", bids, market.Instrument);
            BinanceReplies.WriteLevels(json, "a", asks, market.Instrument);
        });
    }

    internal void WriteSnapshot(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastUpdateId", _lastUpdate);
        BinanceReplies.WriteLevels(json, "bids", _bids.Seen, market.Instrument);
        BinanceReplies.WriteLevels(json, "asks", _asks.Seen, market.Instrument);
        json.WriteEndObject();
    }
}
