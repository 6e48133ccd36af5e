namespace AkkaWs.Testing;

/// <summary>What was traded in one interval; the next one begins at the last price.</summary>
internal sealed class Candle(CandleInterval interval, long lastTick, long now)
{
    internal CandleInterval Interval { get; } = interval;

    internal long Start { get; private set; } = interval.StartOf(now);

    internal long End => Interval.StartAfter(Start) - 1;

    internal long Open { get; private set; } = lastTick;

    internal long High { get; private set; } = lastTick;

    internal long Low { get; private set; } = lastTick;

    internal long Close { get; private set; } = lastTick;

    internal long Volume { get; private set; }

    internal decimal Turnover { get; private set; }

    internal void Add(long tick, long lots, Instrument instrument)
    {
        High = Math.Max(High, tick);
        Low = Math.Min(Low, tick);
        Close = tick;
        Volume += lots;
        Turnover += instrument.Size(lots) * instrument.Price(tick);
    }

    internal void Next(long now)
    {
        Start = Interval.StartOf(now);
        Open = High = Low = Close;
        Volume = 0;
        Turnover = 0;
    }
}
