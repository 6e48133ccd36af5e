namespace AkkaWs.Testing;

/// <summary><c>kline.INTERVAL.SYMBOL</c>: the candle so far, and once more with <c>confirm</c> when its time is over (https://bybit-exchange.github.io/docs/v5/websocket/public/kline).</summary>
internal sealed class BybitKlineFeed : TopicFeed
{
    private readonly string _topic;
    private readonly SymbolMarket _market;
    private readonly Candle _candle;

    internal BybitKlineFeed(string topic, CandleInterval interval, SymbolMarket market, long now)
    {
        _topic = topic;
        _market = market;
        _candle = new Candle(interval, market.LastTick, now);
        market.Register(_candle);
    }

    internal override byte[] Next(long now)
    {
        if (now > _candle.End)
        {
            var last = Write(now, confirm: true);
            _candle.Next(now);
            return last;
        }

        _market.Walk(1);
        _market.Trade(now);
        return Write(now, confirm: false);
    }

    private byte[] Write(long now, bool confirm) => JsonMessage.Write(json =>
    {
        var instrument = _market.Instrument;
        json.WriteString("topic", _topic);
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteNumber("start", _candle.Start);
        json.WriteNumber("end", _candle.End);
        json.WriteString("interval", _candle.Interval.Name);
        json.WriteText("open", instrument.Price(_candle.Open));
        json.WriteText("close", instrument.Price(_candle.Close));
        json.WriteText("high", instrument.Price(_candle.High));
        json.WriteText("low", instrument.Price(_candle.Low));
        json.WriteText("volume", instrument.Size(_candle.Volume));
        json.WriteText("turnover", Fixed.At(4, _candle.Turnover));
        json.WriteBoolean("confirm", confirm);
        json.WriteNumber("timestamp", now);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteNumber("ts", now);
        json.WriteString("type", "snapshot");
    });
}
