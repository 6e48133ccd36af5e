namespace AkkaWs.Testing;

/// <summary>An order of the simulated account.</summary>
internal sealed record BybitOrder(string Id, string LinkId, string Category, string Symbol, bool IsBuy, bool IsMarket, decimal Price, decimal Size, string TimeInForce, long CreatedTime)
{
    internal const string New = "New";
    internal const string Filled = "Filled";
    internal const string Cancelled = "Cancelled";

    internal string Status { get; init; } = New;

    internal string RejectReason { get; init; } = "EC_NoError";

    internal decimal FilledPrice { get; init; }

    internal decimal FilledSize => Status == Filled ? Size : 0;

    internal decimal Fee => decimal.Round(FilledSize * FilledPrice * BybitAccount.TakerFee, 8);
}

/// <summary>What became of an order operation.</summary>
internal sealed record BybitOrderOutcome(int Code, string Message, BybitOrder? Order = null);
