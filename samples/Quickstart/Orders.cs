using System.Text.Json.Serialization;

namespace Quickstart;

/// <summary>Bybit's <c>order.create</c>.</summary>
internal sealed record PlaceOrder(OrderHeader Header, string Op, IReadOnlyList<OrderArguments> Args)
{
    public static PlaceOrder Limit(string symbol, string side, string quantity, string price) => new(
        new OrderHeader(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)),
        "order.create",
        [new OrderArguments("linear", symbol, side, "Limit", quantity, price)]);
}

internal sealed record OrderHeader([property: JsonPropertyName("X-BAPI-TIMESTAMP")] string Timestamp);

internal sealed record OrderArguments(string Category, string Symbol, string Side, string OrderType, string Qty, string Price);

internal sealed record OrderAck(string OrderId, string OrderLinkId);
