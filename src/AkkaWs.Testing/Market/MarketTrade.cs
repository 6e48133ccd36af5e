namespace AkkaWs.Testing;

/// <summary>A trade at a best price.</summary>
internal readonly record struct MarketTrade(long Sequence, long Time, bool IsBuy, long Tick, long Lots, int Direction, Guid Id);
