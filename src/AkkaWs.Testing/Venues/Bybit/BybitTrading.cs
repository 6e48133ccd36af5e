using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// Orders on a socket: a market order, and a limit order that crosses the book, fills whole at the best price; any other rests until it is cancelled. Each outcome is acknowledged first and pushed then.
/// </summary>
internal sealed class BybitTrading(MarketBoard markets, int seed)
{
    private const int MaxOpenOrders = 500;
    private const long DefaultReceiveWindow = 5_000;
    private const long ClockTolerance = 1_000;

    private readonly Random _random = new(seed);
    private readonly BybitAccount _account = new();
    private readonly Dictionary<string, BybitOrder> _open = [];

    internal void Handle(IVenueSession session, BybitRequest request)
    {
        var outcome = Execute(session, request);
        session.Reply(BybitReplies.OrderOutcome(session, request, outcome));
        if (outcome is not { Code: 0, Order: { } order })
            return;
        var messages = new BybitPrivateMessages(session.Now, _random);
        session.PushPrivate("order", messages.Order(order));
        if (order.Status == BybitOrder.Filled)
        {
            session.PushPrivate("execution", messages.Execution(order));
            session.PushPrivate("execution.fast", messages.FastExecution(order));
            session.PushPrivate("position", messages.Position(_account.Position(order.Symbol), markets.Find(order.Symbol)!));
        }

        session.PushPrivate("wallet", messages.Wallet(_account));
    }

    private BybitOrderOutcome Execute(IVenueSession session, BybitRequest request)
    {
        if (!session.IsAuthenticated)
            return new BybitOrderOutcome(BybitLogin.InvalidKey, "API key is invalid: the connection is not authenticated.");
        if (request.Id is { } id && !session.RememberRequest(id))
            return new BybitOrderOutcome(20006, "reqId is duplicated");
        if (!InTime(request.Header, session.Now))
            return new BybitOrderOutcome(10002, "invalid request, please check your server timestamp or recv_window param");
        if (request.Arguments is not [{ ValueKind: JsonValueKind.Object } argument])
            return Wrong("args");
        return request.Operation == "order.create" ? Create(argument, session.Now) : Change(argument, request.Operation == "order.cancel");
    }

    private BybitOrderOutcome Create(JsonElement argument, long now)
    {
        if (Text(argument, "symbol") is not { } symbol || markets.Find(symbol) is not { } market)
            return Wrong("symbol");
        if (Text(argument, "side") is not ("Buy" or "Sell"))
            return Wrong("side");
        if (Text(argument, "orderType") is not ("Market" or "Limit"))
            return Wrong("orderType");
        if (Number(argument, "qty") is not { } size)
            return Wrong("qty");
        var isMarket = Text(argument, "orderType") == "Market";
        var price = Number(argument, "price");
        if (!isMarket && price is null)
            return Wrong("price");
        if (_open.Count >= MaxOpenOrders)
            return new BybitOrderOutcome(110020, $"Not allowed to have more than {MaxOpenOrders} active orders");
        var order = new BybitOrder(
            NewId(_random), Text(argument, "orderLinkId") ?? "", Text(argument, "category") ?? "linear", symbol, Text(argument, "side") == "Buy",
            isMarket, price ?? 0, size, Text(argument, "timeInForce") ?? (isMarket ? "IOC" : "GTC"), now);
        return new BybitOrderOutcome(0, "OK", Match(order, market));
    }

    private BybitOrder Match(BybitOrder order, SymbolMarket market)
    {
        var best = market.Instrument.Price(order.IsBuy ? market.Asks.Best : market.Bids.Best);
        var crosses = order.IsMarket || (order.IsBuy ? order.Price >= best : order.Price <= best);
        if (crosses && order.TimeInForce == "PostOnly")
            return order with { Status = BybitOrder.Cancelled, RejectReason = "EC_PostOnlyWillTakeLiquidity" };
        if (crosses)
        {
            var filled = order with { Status = BybitOrder.Filled, FilledPrice = best };
            _account.Fill(filled);
            return filled;
        }

        if (order.TimeInForce is "IOC" or "FOK")
            return order with { Status = BybitOrder.Cancelled, RejectReason = "EC_NoImmediateQtyToFill" };
        return _open[order.Id] = order;
    }

    private BybitOrderOutcome Change(JsonElement argument, bool cancel)
    {
        var (id, link) = (Text(argument, "orderId"), Text(argument, "orderLinkId"));
        if (string.IsNullOrEmpty(id) && string.IsNullOrEmpty(link))
            return Wrong("orderId");
        var order = string.IsNullOrEmpty(id) ? _open.Values.FirstOrDefault(open => open.LinkId == link) : _open.GetValueOrDefault(id);
        if (order is null)
            return new BybitOrderOutcome(110001, "order not exists or too late to cancel");
        _open.Remove(order.Id);
        if (cancel)
            return new BybitOrderOutcome(0, "OK", order with { Status = BybitOrder.Cancelled, RejectReason = "EC_PerCancelRequest" });
        var amended = order with { Price = Number(argument, "price") ?? order.Price, Size = Number(argument, "qty") ?? order.Size };
        return new BybitOrderOutcome(0, "OK", Match(amended, markets.Find(order.Symbol)!));
    }

    private static bool InTime(JsonElement header, long now)
    {
        // A missing timestamp passes: clients of this simulator need no clock unless they send one.
        if (header.ValueKind != JsonValueKind.Object || !header.TryGetProperty("X-BAPI-TIMESTAMP", out var stamp))
            return true;
        var window = header.TryGetProperty("X-BAPI-RECV-WINDOW", out var given) && long.TryParse(BybitRequest.Plain(given), out var value) ? value : DefaultReceiveWindow;
        return long.TryParse(BybitRequest.Plain(stamp), out var time) && time >= now - window && time < now + ClockTolerance;
    }

    private static BybitOrderOutcome Wrong(string field) => new(BybitLogin.ParameterError, $"params error: {field} invalid");

    private static string? Text(JsonElement argument, string name) => argument.TryGetProperty(name, out var value) ? BybitRequest.Plain(value) : null;

    private static decimal? Number(JsonElement argument, string name) =>
        decimal.TryParse(Text(argument, name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1_000_000_000 ? value : null;

    internal static string NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
