namespace AkkaWs.Testing.Tests;

public sealed class BookTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1000)]
    public void Changes_applied_to_the_first_view_give_the_book_at_every_step(int depth)
    {
        var market = new SymbolMarket(Instrument.For("ETHUSDT"), seed: 7);
        var bids = new BookView(market.Bids, depth, -1);
        var asks = new BookView(market.Asks, depth, +1);
        var seenBids = bids.Seen.ToDictionary(level => level.Tick, level => level.Lots);
        var seenAsks = asks.Seen.ToDictionary(level => level.Tick, level => level.Lots);

        for (var step = 0; step < 500; step++)
        {
            // Several events between two messages, as when other depths of the symbol are subscribed to.
            for (var i = step % 5; i >= 0; i--)
                market.Walk(depth);
            var bidChanges = bids.Advance();
            var askChanges = asks.Advance();
            Assert.Equal(bidChanges.OrderByDescending(level => level.Tick), bidChanges);
            Assert.Equal(askChanges.OrderBy(level => level.Tick), askChanges);
            Apply(seenBids, bidChanges);
            Apply(seenAsks, askChanges);
            Assert.Equal(Book(market.Bids, depth), seenBids.OrderByDescending(level => level.Key).Select(level => (level.Key, level.Value)));
            Assert.Equal(Book(market.Asks, depth), seenAsks.OrderBy(level => level.Key).Select(level => (level.Key, level.Value)));
            Assert.True(market.Bids.Best < market.Asks.Best);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_market_and_another_seed_another()
    {
        Assert.Equal(Play(1), Play(1));
        Assert.NotEqual(Play(1), Play(2));
    }

    [Fact]
    public void The_price_moves()
    {
        var market = new SymbolMarket(Instrument.For("BTCUSDT"), seed: 3);
        var best = new HashSet<long>();
        for (var i = 0; i < 1000; i++)
        {
            market.Walk(1);
            best.Add(market.Bids.Best);
        }

        Assert.True(best.Count > 5);
    }

    private static List<MarketTrade> Play(int seed)
    {
        var market = new SymbolMarket(Instrument.For("BTCUSDT"), seed);
        var trades = new List<MarketTrade>();
        for (var i = 0; i < 100; i++)
        {
            market.Walk(50);
            trades.Add(market.Trade(now: i));
        }

        return trades;
    }

    private static IEnumerable<(long, long)> Book(BookSide side, int depth) => Enumerable.Range(0, depth).Select(level => (side.TickAt(level), side.Lots[level]));

    private static void Apply(Dictionary<long, long> book, List<BookLevel> changes)
    {
        foreach (var (tick, lots) in changes)
        {
            if (lots == 0)
                Assert.True(book.Remove(tick));
            else
                book[tick] = lots;
        }
    }
}
