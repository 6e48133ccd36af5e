using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary><c>@trade</c> and <c>@aggTrade</c>: one trade a message, numbered without a hole.</summary>
internal sealed class BinanceTradeFeed(string stream, SymbolMarket market, string kind, bool isUsdMargined) : TopicFeed
{
    private long _id = market.NextNumber(1_000_000, 900_000_000);

    internal override byte[] Next(long now)
    {
        var trade = market.Trade(now);
        return BinanceReplies.Update(stream, json =>
        {
            json.WriteString("e", kind);
            json.WriteNumber("E", now);
            BinanceReplies.WriteSymbol(json, market, isUsdMargined);
            json.WriteNumber(kind == "trade" ? "t" : "a", ++_id);
            json.WriteText("p", market.Instrument.Price(trade.Tick));
            json.WriteText("q", market.Instrument.Size(trade.Lots));
            json.WriteNumber("T", trade.Time);
            json.WriteBoolean("m", !trade.IsBuy);
        });
    }
}

/// <summary><c>@ticker</c> and <c>@miniTicker</c>: the day's figures, with or without the best prices of spot.</summary>
internal sealed class BinanceTickerFeed(string stream, SymbolMarket market, bool isMini, bool isUsdMargined) : TopicFeed
{
    internal override byte[] Next(long now)
    {
        market.Walk(1);
        market.Trade(now);
        return BinanceReplies.Update(stream, json =>
        {
            var instrument = market.Instrument;
            json.WriteString("e", isMini ? "24hrMiniTicker" : "24hrTicker");
            json.WriteNumber("E", now);
            BinanceReplies.WriteSymbol(json, market, isUsdMargined);
            json.WriteText("c", instrument.Price(market.LastTick));
            json.WriteText("o", instrument.Price(market.DayAgoTick));
            json.WriteText("h", instrument.Price(market.HighTick));
            json.WriteText("l", instrument.Price(market.LowTick));
            json.WriteText("v", instrument.Size(market.Volume));
            json.WriteText("q", Fixed.At(4, market.Turnover));
            if (!isMini && !isUsdMargined)
                BinanceQuoteFeed.WriteBest(json, market);
        });
    }
}

/// <summary><c>@bookTicker</c>: the best prices.</summary>
internal sealed class BinanceQuoteFeed(string stream, SymbolMarket market, bool isUsdMargined) : TopicFeed
{
    internal override byte[] Next(long now)
    {
        market.Walk(1);
        return BinanceReplies.Update(stream, json =>
        {
            if (isUsdMargined)
                json.WriteString("e", "bookTicker");
            json.WriteNumber("u", market.Sequence);
            BinanceReplies.WriteSymbol(json, market, isUsdMargined);
            WriteBest(json, market);
            if (!isUsdMargined)
                return;
            json.WriteNumber("T", now);
            json.WriteNumber("E", now);
        });
    }

    internal static void WriteBest(Utf8JsonWriter json, SymbolMarket market)
    {
        json.WriteText("b", market.Instrument.Price(market.Bids.Best));
        json.WriteText("B", market.Instrument.Size(market.Bids.Lots[0]));
        json.WriteText("a", market.Instrument.Price(market.Asks.Best));
        json.WriteText("A", market.Instrument.Size(market.Asks.Lots[0]));
    }
}

/// <summary><c>@markPrice</c> of futures; it and the index follow the last trade, and the funding rate does not change.</summary>
internal sealed class BinanceMarkPriceFeed(string stream, SymbolMarket market) : TopicFeed
{
    private const long FundingInterval = 8 * 3_600_000;

    internal override byte[] Next(long now)
    {
        market.Walk(1);
        market.Trade(now);
        return BinanceReplies.Update(stream, json =>
        {
            json.WriteString("e", "markPriceUpdate");
            json.WriteNumber("E", now);
            BinanceReplies.WriteSymbol(json, market, isUsdMargined: true);
            json.WriteText("p", market.Instrument.Price(market.LastTick));
            json.WriteText("i", market.Instrument.Price(market.LastTick));
            json.WriteText("P", market.Instrument.Price(market.LastTick));
            json.WriteString("r", "0.00010000");
            json.WriteNumber("T", now - (now % FundingInterval) + FundingInterval);
        });
    }
}

/// <summary>
/// <c>@kline_INTERVAL</c>: the candle so far, and once more with <c>x</c> when its time is over
/// (https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md).
/// </summary>
internal sealed class BinanceCandleFeed : TopicFeed
{
    private readonly string _stream;
    private readonly string _interval;
    private readonly SymbolMarket _market;
    private readonly Candle _candle;
    private readonly bool _isUsdMargined;

    internal BinanceCandleFeed(string stream, string word, CandleInterval interval, SymbolMarket market, long now, bool isUsdMargined)
    {
        (_stream, _interval, _market, _isUsdMargined) = (stream, word, market, isUsdMargined);
        _candle = new Candle(interval, market.LastTick, now);
        market.Register(_candle);
    }

    /// <summary>The interval of Binance's word for it, such as <c>1m</c>; null: there is none.</summary>
    internal static CandleInterval? IntervalOf(string word) => word switch
    {
        "1m" or "3m" or "5m" or "15m" or "30m" => CandleInterval.Find(word[..^1]),
        "1h" => CandleInterval.Find("60"),
        "2h" => CandleInterval.Find("120"),
        "4h" => CandleInterval.Find("240"),
        "6h" => CandleInterval.Find("360"),
        "12h" => CandleInterval.Find("720"),
        "1d" => CandleInterval.Find("D"),
        "1w" => CandleInterval.Find("W"),
        "1M" => CandleInterval.Find("M"),
        _ => null,
    };

    internal override byte[] Next(long now)
    {
        if (now > _candle.End)
        {
            var last = Write(now, isOver: true);
            _candle.Next(now);
            return last;
        }

        _market.Walk(1);
        _market.Trade(now);
        return Write(now, isOver: false);
    }

    private byte[] Write(long now, bool isOver) => BinanceReplies.Update(_stream, json =>
    {
        var instrument = _market.Instrument;
        json.WriteString("e", "kline");
        json.WriteNumber("E", now);
        BinanceReplies.WriteSymbol(json, _market, _isUsdMargined);
        json.WriteStartObject("k");
        json.WriteNumber("t", _candle.Start);
        json.WriteNumber("T", _candle.End);
        json.WriteString("s", instrument.Symbol);
        json.WriteString("i", _interval);
        json.WriteText("o", instrument.Price(_candle.Open));
        json.WriteText("c", instrument.Price(_candle.Close));
        json.WriteText("h", instrument.Price(_candle.High));
        json.WriteText("l", instrument.Price(_candle.Low));
        json.WriteText("v", instrument.Size(_candle.Volume));
        json.WriteBoolean("x", isOver);
        json.WriteText("q", Fixed.At(4, _candle.Turnover));
        json.WriteEndObject();
    });
}

/// <summary><c>@depth5</c>, <c>@depth10</c>, <c>@depth20</c>: the first levels as a whole.</summary>
internal sealed class BinancePartialBookFeed(string stream, SymbolMarket market, int depth, bool isUsdMargined) : TopicFeed
{
    private readonly BookView _bids = new(market.Bids, depth, -1);
    private readonly BookView _asks = new(market.Asks, depth, +1);
    private long _last = market.Sequence;

    internal override byte[] Next(long now)
    {
        market.Walk(depth);
        _bids.Advance();
        _asks.Advance();
        var before = _last;
        _last = market.Sequence;
        return BinanceReplies.Update(stream, json =>
        {
            if (isUsdMargined)
                BinanceBookFeed.WriteHead(json, market, now, before + 1, _last, before);
            else
                json.WriteNumber("lastUpdateId", _last);
            BinanceReplies.WriteLevels(json, isUsdMargined ? "b" : "bids", _bids.Seen, market.Instrument);
            BinanceReplies.WriteLevels(json, isUsdMargined ? "a" : "asks", _asks.Seen, market.Instrument);
        });
    }
}

/// <summary>
/// <c>@depth</c>: changes whose first update (<c>U</c>) follows the last one (<c>u</c>) of the message before, which futures name as well (<c>pu</c>). They
/// apply to the snapshot that the API's <c>depth</c> gives.
/// </summary>
internal sealed class BinanceBookFeed(SymbolMarket market, bool isUsdMargined) : TopicFeed
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
        var before = _lastUpdate;
        _lastUpdate += Math.Max(1, bids.Count + asks.Count);
        return BinanceReplies.Update(_stream, json =>
        {
            WriteHead(json, market, now, before + 1, _lastUpdate, isUsdMargined ? before : null);
            BinanceReplies.WriteLevels(json, "b", bids, market.Instrument);
            BinanceReplies.WriteLevels(json, "a", asks, market.Instrument);
        });
    }

    /// <summary>What stands in front of the levels; the update before is told on USD-margined futures alone.</summary>
    internal static void WriteHead(Utf8JsonWriter json, SymbolMarket market, long now, long first, long last, long? before)
    {
        json.WriteString("e", "depthUpdate");
        json.WriteNumber("E", now);
        if (before is not null)
            json.WriteNumber("T", now);
        BinanceReplies.WriteSymbol(json, market, isUsdMargined: before is not null);
        json.WriteNumber("U", first);
        json.WriteNumber("u", last);
        if (before is { } previous)
            json.WriteNumber("pu", previous);
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
