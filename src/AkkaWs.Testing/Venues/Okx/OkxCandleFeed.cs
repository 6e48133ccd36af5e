namespace AkkaWs.Testing;

/// <summary>
/// <c>candle1m</c> and the like, on the socket <c>/business</c>: the candle so far, and once more with a last field of 1 when its time is over
/// (https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-candlesticks-channel).
/// </summary>
internal sealed class OkxCandleFeed : TopicFeed
{
    private const string Prefix = "candle";

    private readonly OkxArgument _argument;
    private readonly SymbolMarket _market;
    private readonly Candle _candle;

    internal OkxCandleFeed(OkxArgument argument, CandleInterval interval, SymbolMarket market, long now)
    {
        (_argument, _market) = (argument, market);
        _candle = new Candle(interval, market.LastTick, now);
        market.Register(_candle);
    }

    /// <summary>The interval of a channel of candles that open by UTC; null for any other channel.</summary>
    internal static CandleInterval? IntervalOf(string channel) => !channel.StartsWith(Prefix, StringComparison.Ordinal) ? null : channel[Prefix.Length..] switch
    {
        "1m" => CandleInterval.Find("1"),
        "3m" => CandleInterval.Find("3"),
        "5m" => CandleInterval.Find("5"),
        "15m" => CandleInterval.Find("15"),
        "30m" => CandleInterval.Find("30"),
        "1H" => CandleInterval.Find("60"),
        "2H" => CandleInterval.Find("120"),
        "4H" => CandleInterval.Find("240"),
        "6Hutc" => CandleInterval.Find("360"),
        "12Hutc" => CandleInterval.Find("720"),
        "1Dutc" => CandleInterval.Find("D"),
        "1Wutc" => CandleInterval.Find("W"),
        "1Mutc" => CandleInterval.Find("M"),
        _ => null,
    };

    internal override byte[]? Snapshot(long now) => Write(isOver: false);

    internal override byte[] Next(long now)
    {
        if (now > _candle.End)
        {
            var last = Write(isOver: true);
            _candle.Next(now);
            return last;
        }

        _market.Walk(1);
        _market.Trade(now);
        return Write(isOver: false);
    }

    private byte[] Write(bool isOver) => JsonMessage.Write(json =>
    {
        var instrument = _market.Instrument;
        _argument.WriteTo(json);
        json.WriteStartArray("data");
        json.WriteStartArray();
        json.WriteStringValue(JsonMessage.Text(_candle.Start));
        foreach (var tick in (ReadOnlySpan<long>)[_candle.Open, _candle.High, _candle.Low, _candle.Close])
            json.WriteStringValue(JsonMessage.Text(instrument.Price(tick)));
        json.WriteStringValue(JsonMessage.Text(instrument.Size(_candle.Volume)));
        json.WriteStringValue(JsonMessage.Text(Fixed.At(4, _candle.Turnover)));
        json.WriteStringValue(JsonMessage.Text(Fixed.At(4, _candle.Turnover)));
        json.WriteStringValue(isOver ? "1" : "0");
        json.WriteEndArray();
        json.WriteEndArray();
    });
}
