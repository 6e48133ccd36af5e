using System.Globalization;

namespace AkkaWs.Testing;

/// <summary>
/// <c>tickers.SYMBOL</c> as the derivatives markets send it: a full snapshot, then deltas that carry the changed fields alone; <c>cs</c> grows (https://bybit-exchange.github.io/docs/v5/websocket/public/ticker).
/// </summary>
internal sealed class BybitTickerFeed : TopicFeed
{
    private const long FundingInterval = 8 * 3_600_000;

    private readonly string _topic;
    private readonly SymbolMarket _market;
    private readonly long _openInterest;
    private Dictionary<string, string> _seen;
    private long _sequence;

    internal BybitTickerFeed(string topic, SymbolMarket market, long now)
    {
        _topic = topic;
        _market = market;
        _openInterest = market.NextNumber(1_000_000, 90_000_000);
        _seen = Fields(now);
        _sequence = market.Sequence;
    }

    internal override byte[] Snapshot(long now) => Write("snapshot", now, _seen);

    internal override byte[] Next(long now)
    {
        _market.Walk(1);
        _market.Trade(now);
        var fields = Fields(now);
        var changed = fields.Where(field => field.Value != _seen[field.Key]).ToList();
        _seen = fields;
        _sequence = _market.Sequence;
        return Write("delta", now, changed);
    }

    private byte[] Write(string type, long now, IEnumerable<KeyValuePair<string, string>> fields) => JsonMessage.Write(json =>
    {
        json.WriteString("topic", _topic);
        json.WriteString("type", type);
        json.WriteStartObject("data");
        json.WriteString("symbol", _market.Instrument.Symbol);
        foreach (var (name, value) in fields)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteNumber("cs", _sequence);
        json.WriteNumber("ts", now);
    });

    private Dictionary<string, string> Fields(long now)
    {
        var instrument = _market.Instrument;
        var last = instrument.Price(_market.LastTick);
        var dayAgo = instrument.Price(_market.DayAgoTick);
        var mark = Fixed.At(instrument.PriceScale, (instrument.Price(_market.Bids.Best) + instrument.Price(_market.Asks.Best)) / 2);
        var open = instrument.Size(_openInterest);
        var figures = new (string Name, decimal Value)[]
        {
            ("price24hPcnt", Fixed.At(6, (last - dayAgo) / dayAgo)),
            ("lastPrice", last),
            ("prevPrice24h", dayAgo),
            ("highPrice24h", instrument.Price(_market.HighTick)),
            ("lowPrice24h", instrument.Price(_market.LowTick)),
            ("prevPrice1h", dayAgo),
            ("markPrice", mark),
            ("indexPrice", mark),
            ("openInterest", open),
            ("openInterestValue", Fixed.At(2, open * mark)),
            ("turnover24h", Fixed.At(4, _market.Turnover)),
            ("volume24h", Fixed.At(4, instrument.Size(_market.Volume))),
            ("bid1Price", instrument.Price(_market.Bids.Best)),
            ("bid1Size", instrument.Size(_market.Bids.Lots[0])),
            ("ask1Price", instrument.Price(_market.Asks.Best)),
            ("ask1Size", instrument.Size(_market.Asks.Lots[0])),
        };
        return new Dictionary<string, string>(figures.Select(figure => KeyValuePair.Create(figure.Name, JsonMessage.Text(figure.Value))))
        {
            ["tickDirection"] = BybitText.TickDirection(_market.LastDirection, up: true),
            ["nextFundingTime"] = (((now / FundingInterval) + 1) * FundingInterval).ToString(CultureInfo.InvariantCulture),
            ["fundingRate"] = "0.0001",
        };
    }
}
