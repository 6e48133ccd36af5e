using System.Globalization;

namespace AkkaWs.Testing;

/// <summary>
/// The orders of the simulated account. A market order, and a limit order that crosses the book, fills whole at the best price; any other rests until it is cancelled. It knows no venue: dialects put what it says into their words.
/// </summary>
internal sealed class OrderDesk(MarketBoard markets)
{
    private const int MaxOpenOrders = 500;
    private const long FirstId = 680_800_019_749_904_384;

    private readonly Dictionary<string, DeskOrder> _open = [];
    private long _lastId = FirstId;

    internal MarketBoard Markets => markets;

    internal DeskOutcome Place(DeskTicket ticket)
    {
        if (ticket.Symbol is null || markets.Find(ticket.Symbol) is not { } market)
            return new DeskOutcome(DeskError.UnknownSymbol);
        if (ticket.Size is not { } size)
            return new DeskOutcome(DeskError.InvalidSize);
        if (!ticket.IsMarket && ticket.Price is null)
            return new DeskOutcome(DeskError.InvalidPrice);
        if (_open.Count >= MaxOpenOrders)
            return new DeskOutcome(DeskError.TooMany);
        var id = (++_lastId).ToString(CultureInfo.InvariantCulture);
        return new DeskOutcome(DeskError.None, Match(new DeskOrder(id, ticket.ClientId, ticket.Symbol, ticket.IsBuy, ticket.IsMarket ? null : ticket.Price, size), market));
    }

    internal DeskOutcome Cancel(string? id, string? clientId)
    {
        if (Find(id, clientId) is not { } order)
            return new DeskOutcome(DeskError.UnknownOrder);
        _open.Remove(order.Id);
        return new DeskOutcome(DeskError.None, order with { Status = DeskStatus.Cancelled });
    }

    internal DeskOutcome Amend(string? id, string? clientId, decimal? price, decimal? size)
    {
        if (Find(id, clientId) is not { } order)
            return new DeskOutcome(DeskError.UnknownOrder);
        _open.Remove(order.Id);
        return new DeskOutcome(DeskError.None, Match(order with { Price = price ?? order.Price, Size = size ?? order.Size }, markets.Find(order.Symbol)!));
    }

    private DeskOrder? Find(string? id, string? clientId) =>
        !string.IsNullOrEmpty(id) ? _open.GetValueOrDefault(id)
        : string.IsNullOrEmpty(clientId) ? null
        : _open.Values.FirstOrDefault(order => order.ClientId == clientId);

    private DeskOrder Match(DeskOrder order, SymbolMarket market)
    {
        var best = market.Instrument.Price(order.IsBuy ? market.Asks.Best : market.Bids.Best);
        if (order.Price is not { } price || (order.IsBuy ? price >= best : price <= best))
            return order with { Status = DeskStatus.Filled, FilledPrice = best };
        return _open[order.Id] = order;
    }
}

/// <summary>What a client wants; a size or price that is no positive number is null.</summary>
internal sealed record DeskTicket(string? Symbol, bool IsBuy, bool IsMarket, decimal? Price, decimal? Size, string ClientId)
{
    internal static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1_000_000_000 ? value : null;
}

/// <summary>An order; without a price it is a market order.</summary>
internal sealed record DeskOrder(string Id, string ClientId, string Symbol, bool IsBuy, decimal? Price, decimal Size)
{
    internal DeskStatus Status { get; init; }

    internal decimal FilledPrice { get; init; }

    internal decimal FilledSize => Status == DeskStatus.Filled ? Size : 0;
}

internal enum DeskStatus
{
    Live,
    Filled,
    Cancelled,
}

internal enum DeskError
{
    None,
    UnknownSymbol,
    InvalidSize,
    InvalidPrice,
    UnknownOrder,
    TooMany,
}

/// <summary>What became of an operation; the order is there when there is no error.</summary>
internal sealed record DeskOutcome(DeskError Error, DeskOrder? Order = null);
