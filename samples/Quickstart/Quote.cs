namespace Quickstart;

/// <summary>The prices that a topic showed last; null: it does not carry that price.</summary>
internal sealed record Quote(decimal? Bid = null, decimal? Ask = null, decimal? Last = null);
