namespace AkkaWs.Testing;

/// <summary>What a symbol trades like. Prices count in ticks of <see cref="TickUnits"/> · 10^-<see cref="PriceScale"/>, sizes in lots of 10^-<see cref="LotScale"/>.</summary>
internal sealed record Instrument(string Symbol, long StartTick, int TickUnits, int PriceScale, int LotScale)
{
    internal decimal Price(long tick) => Fixed.At(PriceScale, tick * TickUnits);

    internal decimal Size(long lots) => Fixed.At(LotScale, lots);

    internal long Lots(decimal size) => (long)(size * (decimal)Math.Pow(10, LotScale));

    internal static Instrument For(string symbol) => symbol switch
    {
        _ when symbol.StartsWith("BTC", StringComparison.Ordinal) => new(symbol, 639_586, 10, 2, 3),
        _ when symbol.StartsWith("ETH", StringComparison.Ordinal) => new(symbol, 342_512, 1, 2, 2),
        _ when symbol.StartsWith("SOL", StringComparison.Ordinal) => new(symbol, 15_834, 1, 2, 1),
        // Between 1 and 100, by the name alone, so that every run agrees.
        _ => new(symbol, 10_000 + (StableHash.Of(symbol) % 990_000), 1, 4, 1),
    };
}
