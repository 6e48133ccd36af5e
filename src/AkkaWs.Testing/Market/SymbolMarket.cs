namespace AkkaWs.Testing;

/// <summary>
/// A symbol's market: a book that walks at random, trades at its best prices, the day's figures. It knows no clock and no venue: the same seed and the same calls give the same market.
/// </summary>
internal sealed class SymbolMarket
{
    private const double MoveProbability = 0.3;
    private const double ContinueProbability = 0.4;

    private readonly Random _random;
    private readonly List<Candle> _candles = [];

    internal SymbolMarket(Instrument instrument, int seed)
    {
        Instrument = instrument;
        _random = new Random(seed ^ StableHash.Of(instrument.Symbol));
        Bids = new BookSide(instrument.StartTick - 1, -1, _random);
        Asks = new BookSide(instrument.StartTick, +1, _random);
        Sequence = _random.NextInt64(100_000_000_000, 900_000_000_000);
        LastTick = HighTick = LowTick = DayAgoTick = instrument.StartTick;
        Volume = _random.NextInt64(1_000_000, 100_000_000);
        Turnover = instrument.Size(Volume) * instrument.Price(LastTick);
    }

    internal Instrument Instrument { get; }

    internal BookSide Bids { get; }

    internal BookSide Asks { get; }

    internal long Sequence { get; private set; }

    internal long LastTick { get; private set; }

    internal int LastDirection { get; private set; }

    internal long HighTick { get; private set; }

    internal long LowTick { get; private set; }

    internal long DayAgoTick { get; }

    internal long Volume { get; private set; }

    internal decimal Turnover { get; private set; }

    internal long NextNumber(long from, long to) => _random.NextInt64(from, to);

    internal void Register(Candle candle) => _candles.Add(candle);

    /// <summary>One event of the book, visible within the first <paramref name="depth"/> levels.</summary>
    internal void Walk(int depth)
    {
        Sequence++;
        if (_random.NextDouble() < MoveProbability)
        {
            // Up more often when low, so that no price ever reaches zero.
            var up = _random.NextDouble() < 0.5 || Bids.Best < Instrument.StartTick / 2;
            Bids.Move(up ? 1 : -1);
            Asks.Move(up ? 1 : -1);
            return;
        }

        do
        {
            var side = _random.Next(2) == 0 ? Bids : Asks;
            // Most of what happens in a book happens near its top.
            var level = (int)(depth * Math.Pow(_random.NextDouble(), 3));
            side.Resize(level);
        }
        while (_random.NextDouble() < ContinueProbability);
    }

    internal MarketTrade Trade(long now)
    {
        Sequence++;
        var isBuy = _random.Next(2) == 0;
        var tick = isBuy ? Asks.Best : Bids.Best;
        var lots = 1 + (long)(5_000 * Math.Pow(_random.NextDouble(), 4));
        Span<byte> id = stackalloc byte[16];
        _random.NextBytes(id);
        LastDirection = tick == LastTick ? 0 : Math.Sign(tick - LastTick);
        LastTick = tick;
        HighTick = Math.Max(HighTick, tick);
        LowTick = Math.Min(LowTick, tick);
        Volume += lots;
        Turnover += Instrument.Size(lots) * Instrument.Price(tick);
        foreach (var candle in _candles)
            candle.Add(tick, lots, Instrument);
        return new MarketTrade(Sequence, now, isBuy, tick, lots, LastDirection, new Guid(id));
    }
}
