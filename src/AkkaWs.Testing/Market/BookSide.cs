namespace AkkaWs.Testing;

/// <summary>One side of a book: sizes at consecutive ticks from the best price away; direction -1 for bids, +1 for asks.</summary>
internal sealed class BookSide
{
    internal const int Depth = 1000;

    private readonly long[] _lots = new long[Depth];
    private readonly int _direction;
    private readonly Random _random;

    internal BookSide(long best, int direction, Random random)
    {
        Best = best;
        _direction = direction;
        _random = random;
        Fill(0, Depth);
    }

    internal long Best { get; private set; }

    internal ReadOnlySpan<long> Lots => _lots;

    internal long TickAt(int level) => Best + (_direction * level);

    /// <summary>Moves the best price by one tick; what leaves the far end is forgotten, what enters is new.</summary>
    internal void Move(int ticks)
    {
        Best += ticks;
        if (ticks == _direction)
        {
            Array.Copy(_lots, 1, _lots, 0, Depth - 1);
            Fill(Depth - 1, Depth);
        }
        else
        {
            Array.Copy(_lots, 0, _lots, 1, Depth - 1);
            Fill(0, 1);
        }
    }

    internal void Resize(int level)
    {
        var before = _lots[level];
        Fill(level, level + 1);
        if (_lots[level] == before)
            _lots[level]++;
    }

    private void Fill(int from, int to)
    {
        for (var level = from; level < to; level++)
            _lots[level] = _random.NextInt64(1, 20_000);
    }
}
