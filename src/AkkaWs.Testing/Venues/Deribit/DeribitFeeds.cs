using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary><c>trades.INSTRUMENT.INTERVAL</c>: one trade a message, <c>trade_seq</c> without a hole.</summary>
internal sealed class DeribitTradeFeed(string channel, SymbolMarket market) : TopicFeed
{
    private long _sequence = market.NextNumber(1_000_000, 900_000_000);

    internal override byte[] Next(long now)
    {
        var trade = market.Trade(now);
        return DeribitReplies.Update(channel, json =>
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteNumber("trade_seq", ++_sequence);
            json.WriteString("trade_id", $"{_sequence}");
            json.WriteNumber("timestamp", trade.Time);
            json.WriteNumber("price", market.Instrument.Price(trade.Tick));
            json.WriteNumber("amount", market.Instrument.Size(trade.Lots));
            json.WriteString("instrument_name", market.Instrument.Symbol);
            json.WriteString("direction", trade.IsBuy ? "buy" : "sell");
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }
}

/// <summary><c>ticker.INSTRUMENT.INTERVAL</c>.</summary>
internal sealed class DeribitTickerFeed(string channel, SymbolMarket market) : TopicFeed
{
    internal override byte[]? Snapshot(long now) => Write(now);

    internal override byte[] Next(long now)
    {
        market.Walk(1);
        market.Trade(now);
        return Write(now);
    }

    private byte[] Write(long now) => DeribitReplies.Update(channel, json =>
    {
        var instrument = market.Instrument;
        json.WriteStartObject();
        json.WriteString("instrument_name", instrument.Symbol);
        json.WriteNumber("timestamp", now);
        json.WriteNumber("last_price", instrument.Price(market.LastTick));
        json.WriteNumber("best_bid_price", instrument.Price(market.Bids.Best));
        json.WriteNumber("best_bid_amount", instrument.Size(market.Bids.Lots[0]));
        json.WriteNumber("best_ask_price", instrument.Price(market.Asks.Best));
        json.WriteNumber("best_ask_amount", instrument.Size(market.Asks.Lots[0]));
        json.WriteString("state", "open");
        json.WriteEndObject();
    });
}

/// <summary><c>quote.INSTRUMENT</c>: the best prices and what is there for them.</summary>
internal sealed class DeribitQuoteFeed(string channel, SymbolMarket market) : TopicFeed
{
    internal override byte[]? Snapshot(long now) => Write(now);

    internal override byte[] Next(long now)
    {
        market.Walk(1);
        return Write(now);
    }

    private byte[] Write(long now) => DeribitReplies.Update(channel, json =>
    {
        var instrument = market.Instrument;
        json.WriteStartObject();
        json.WriteNumber("timestamp", now);
        json.WriteString("instrument_name", instrument.Symbol);
        json.WriteNumber("best_bid_price", instrument.Price(market.Bids.Best));
        json.WriteNumber("best_bid_amount", instrument.Size(market.Bids.Lots[0]));
        json.WriteNumber("best_ask_price", instrument.Price(market.Asks.Best));
        json.WriteNumber("best_ask_amount", instrument.Size(market.Asks.Lots[0]));
        json.WriteEndObject();
    });
}

/// <summary><c>chart.trades.INSTRUMENT.RESOLUTION</c>: the candle so far; <c>tick</c> is its beginning.</summary>
internal sealed class DeribitCandleFeed : TopicFeed
{
    private readonly string _channel;
    private readonly SymbolMarket _market;
    private readonly Candle _candle;

    internal DeribitCandleFeed(string channel, CandleInterval interval, SymbolMarket market, long now)
    {
        (_channel, _market) = (channel, market);
        _candle = new Candle(interval, market.LastTick, now);
        market.Register(_candle);
    }

    internal override byte[] Next(long now)
    {
        if (now > _candle.End)
            _candle.Next(now);
        _market.Walk(1);
        _market.Trade(now);
        return DeribitReplies.Update(_channel, json =>
        {
            var instrument = _market.Instrument;
            json.WriteStartObject();
            json.WriteNumber("volume", instrument.Size(_candle.Volume));
            json.WriteNumber("tick", _candle.Start);
            json.WriteNumber("open", instrument.Price(_candle.Open));
            json.WriteNumber("low", instrument.Price(_candle.Low));
            json.WriteNumber("high", instrument.Price(_candle.High));
            json.WriteNumber("cost", Fixed.At(4, _candle.Turnover));
            json.WriteNumber("close", instrument.Price(_candle.Close));
            json.WriteEndObject();
        });
    }
}

/// <summary>
/// <c>book.INSTRUMENT.INTERVAL</c>: a snapshot of the first 100 levels, then changes that link by <c>prev_change_id</c>, each level as <c>["new"|"change"|"delete", price, amount]</c>.
/// </summary>
internal sealed class DeribitBookFeed : TopicFeed
{
    private const int Depth = 100;

    private readonly string _channel;
    private readonly SymbolMarket _market;
    private readonly BookView _bids;
    private readonly BookView _asks;
    private readonly HashSet<long> _knownBids;
    private readonly HashSet<long> _knownAsks;
    private long _change;

    internal DeribitBookFeed(string channel, SymbolMarket market)
    {
        (_channel, _market) = (channel, market);
        _bids = new BookView(market.Bids, Depth, -1);
        _asks = new BookView(market.Asks, Depth, +1);
        _change = market.Sequence;
        _knownBids = [.. _bids.Seen.Select(level => level.Tick)];
        _knownAsks = [.. _asks.Seen.Select(level => level.Tick)];
    }

    internal override byte[] Snapshot(long now)
    {
        List<BookLevel> bids = [.. _bids.Seen], asks = [.. _asks.Seen];
        return Write("snapshot", now, null, bids, asks, [.. bids.Select(_ => "new")], [.. asks.Select(_ => "new")]);
    }

    internal override byte[] Next(long now)
    {
        List<BookLevel> bids, asks;
        do
        {
            _market.Walk(Depth);
            bids = _bids.Advance();
            asks = _asks.Advance();
        }
        while (bids.Count == 0 && asks.Count == 0);
        var previous = _change;
        _change = _market.Sequence;
        return Write("change", now, previous, bids, asks, Actions(bids, _knownBids), Actions(asks, _knownAsks));
    }

    private static string Delete(HashSet<long> known, long tick)
    {
        known.Remove(tick);
        return "delete";
    }

    private static List<string> Actions(List<BookLevel> changes, HashSet<long> known) =>
        [.. changes.Select(level => level.Lots == 0 ? Delete(known, level.Tick) : known.Add(level.Tick) ? "new" : "change")];

    private byte[] Write(string type, long now, long? previous, List<BookLevel> bids, List<BookLevel> asks, List<string> bidActions, List<string> askActions) => DeribitReplies.Update(_channel, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("timestamp", now);
        json.WriteString("instrument_name", _market.Instrument.Symbol);
        if (previous is { } before)
            json.WriteNumber("prev_change_id", before);
        json.WriteNumber("change_id", _change);
        WriteLevels(json, "bids", bids, bidActions);
        WriteLevels(json, "asks", asks, askActions);
        json.WriteEndObject();
    });

    private void WriteLevels(Utf8JsonWriter json, string name, List<BookLevel> levels, List<string> actions)
    {
        json.WriteStartArray(name);
        foreach (var (level, action) in levels.Zip(actions))
        {
            json.WriteStartArray();
            json.WriteStringValue(action);
            json.WriteNumberValue(_market.Instrument.Price(level.Tick));
            json.WriteNumberValue(_market.Instrument.Size(level.Lots));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}

/// <summary>
/// <c>book.INSTRUMENT.GROUP.DEPTH.INTERVAL</c>: the first levels as a whole, each as <c>[price, amount]</c>, prices rounded away from the market to multiples of the group, which is a hundredth
/// of its number for ETH.
/// </summary>
internal sealed class DeribitGroupedBookFeed(string channel, SymbolMarket market, int? group, int depth) : TopicFeed
{
    private readonly decimal? _step = market.Instrument.Symbol.StartsWith("ETH", StringComparison.Ordinal) ? group / 100m : group;

    internal override byte[] Snapshot(long now) => DeribitReplies.Update(channel, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("timestamp", now);
        json.WriteString("instrument_name", market.Instrument.Symbol);
        json.WriteNumber("change_id", market.Sequence);
        WriteLevels(json, "bids", market.Bids, Math.Floor);
        WriteLevels(json, "asks", market.Asks, Math.Ceiling);
        json.WriteEndObject();
    });

    internal override byte[] Next(long now)
    {
        market.Walk(depth);
        return Snapshot(now);
    }

    private void WriteLevels(Utf8JsonWriter json, string name, BookSide side, Func<decimal, decimal> round)
    {
        var levels = Enumerable.Range(0, BookSide.Depth).GroupBy(level => Rounded(market.Instrument.Price(side.TickAt(level)), round), level => side.Lots[level]);
        json.WriteStartArray(name);
        foreach (var level in levels.Take(depth))
        {
            json.WriteStartArray();
            json.WriteNumberValue(level.Key);
            json.WriteNumberValue(market.Instrument.Size(level.Sum()));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private decimal Rounded(decimal price, Func<decimal, decimal> round) => _step is { } step ? round(price / step) * step : price;
}
