namespace AkkaWs.Testing;

/// <summary>One level of a book message; no lots stands for "gone".</summary>
internal readonly record struct BookLevel(long Tick, long Lots);

/// <summary>
/// The first levels of a side as its subscribers last saw them. <see cref="Advance"/> tells what they must change to see the side as it is now: a level that left the window is gone.
/// </summary>
internal sealed class BookView(BookSide side, int depth, int direction)
{
    private readonly long[] _seen = side.Lots[..depth].ToArray();
    private long _seenBest = side.Best;

    internal IEnumerable<BookLevel> Seen
    {
        get
        {
            for (var level = 0; level < depth; level++)
                yield return new BookLevel(_seenBest + (direction * level), _seen[level]);
        }
    }

    internal List<BookLevel> Advance()
    {
        var changes = new List<BookLevel>();
        // Distances count from the better of the two best prices, away from the market.
        var shift = (int)((side.Best - _seenBest) * direction);
        var nearest = direction > 0 ? Math.Min(side.Best, _seenBest) : Math.Max(side.Best, _seenBest);
        var (seenOffset, newOffset) = shift > 0 ? (0, shift) : (-shift, 0);
        for (var distance = 0; distance < depth + Math.Abs(shift); distance++)
        {
            var before = At(_seen, distance - seenOffset);
            var now = At(side.Lots[..depth], distance - newOffset);
            if (before != now)
                changes.Add(new BookLevel(nearest + (direction * distance), now));
        }

        side.Lots[..depth].CopyTo(_seen);
        _seenBest = side.Best;
        return changes;
    }

    private static long At(ReadOnlySpan<long> lots, int level) => (uint)level < (uint)lots.Length ? lots[level] : 0;
}
