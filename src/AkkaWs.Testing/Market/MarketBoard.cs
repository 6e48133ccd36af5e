namespace AkkaWs.Testing;

/// <summary>The markets of a simulated exchange, made when first asked for.</summary>
internal sealed class MarketBoard(IReadOnlyList<string> symbols, int seed)
{
    private readonly Dictionary<string, SymbolMarket?> _markets = symbols.ToDictionary(symbol => symbol, _ => (SymbolMarket?)null);

    internal IEnumerable<Instrument> Instruments => _markets.Keys.Select(Instrument.For);

    internal SymbolMarket? Find(string symbol)
    {
        if (!_markets.TryGetValue(symbol, out var market))
            return null;
        return market ?? (_markets[symbol] = new SymbolMarket(Instrument.For(symbol), seed));
    }
}
