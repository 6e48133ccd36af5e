namespace AkkaWs.Testing;

/// <summary>The money and the positions of the one simulated account.</summary>
internal sealed class BybitAccount
{
    internal const decimal TakerFee = 0.00055m;

    private readonly Dictionary<string, BybitPosition> _positions = [];

    internal decimal Balance { get; private set; } = 100_000m;

    internal decimal RealisedPnl { get; private set; }

    internal BybitPosition Position(string symbol) => _positions.TryGetValue(symbol, out var position) ? position : new BybitPosition(symbol, 0, 0, 0);

    internal void Fill(BybitOrder order)
    {
        var before = Position(order.Symbol);
        var change = order.IsBuy ? order.Size : -order.Size;
        var size = before.Size + change;
        var closed = before.Size * change < 0 ? Math.Min(Math.Abs(before.Size), Math.Abs(change)) : 0;
        var profit = closed * (order.FilledPrice - before.EntryPrice) * Math.Sign(before.Size);
        var entry = size == 0 ? 0
            : closed == 0 ? ((before.EntryPrice * Math.Abs(before.Size)) + (order.FilledPrice * order.Size)) / Math.Abs(size)
            : size * before.Size > 0 ? before.EntryPrice
            : order.FilledPrice;
        _positions[order.Symbol] = new BybitPosition(order.Symbol, size, decimal.Round(entry, 8), before.RealisedPnl + profit - order.Fee);
        Balance += profit - order.Fee;
        RealisedPnl += profit - order.Fee;
    }
}

/// <summary>A position; a negative size is short.</summary>
internal sealed record BybitPosition(string Symbol, decimal Size, decimal EntryPrice, decimal RealisedPnl);
