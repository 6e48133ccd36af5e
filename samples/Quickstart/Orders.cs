using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AkkaWs.Client;
using AkkaWs.Errors;
using Spectre.Console;

namespace Quickstart;

/// <summary>Places and cancels orders by requests, and reads what becomes of them from the private topic <c>order</c>, on one socket.</summary>
internal sealed class Orders(WebSocketClient client, TopicSubscription pushes)
{
    private readonly List<OrderResult> _results = [];

    public IReadOnlyList<OrderResult> Results => _results;

    public Task<OrderResult> PlaceAsync(string side, string symbol, decimal quantity, decimal price, CancellationToken cancellationToken) => AskAsync(
        new OrderCommand("order.create", [new OrderArguments("linear", symbol)
        {
            Side = side,
            OrderType = "Limit",
            Qty = quantity.ToString(CultureInfo.InvariantCulture),
            Price = price.ToString(CultureInfo.InvariantCulture),
        }]),
        new OrderResult(side, symbol, quantity, price),
        cancellationToken);

    public Task<OrderResult> CancelAsync(OrderResult order, CancellationToken cancellationToken) => AskAsync(
        new OrderCommand("order.cancel", [new OrderArguments("linear", order.Symbol) { OrderId = order.Id }]), order, cancellationToken);

    public static Table ToTable(IEnumerable<OrderResult> orders)
    {
        var table = Screen.Table(
            ("side", Justify.Left), ("symbol", Justify.Left), ("quantity", Justify.Right), ("price", Justify.Right), ("state", Justify.Left), ("answered in", Justify.Right));
        foreach (var order in orders)
        {
            table.AddRow(
                new Text(order.Side, new Style(order.Side == "Buy" ? Color.Green : Color.Red)),
                new Text(order.Symbol),
                new Text(order.Quantity.ToString(CultureInfo.InvariantCulture)),
                new Text(Prices.Show(order.Price)),
                new Text(order.State, order.IsAnswered ? Style.Plain : new Style(Color.Red)),
                new Text(order.IsAnswered ? Spans.Show(order.AnsweredIn) : ""));
        }

        return table;
    }

    private async Task<OrderResult> AskAsync(OrderCommand command, OrderResult order, CancellationToken cancellationToken)
    {
        var result = order;
        try
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await client.RequestAsync<OrderCommand, OrderAnswer>(command, cancellationToken: cancellationToken);
            result = order with { Id = answer.OrderId, IsAnswered = true, AnsweredIn = Stopwatch.GetElapsedTime(started) };
            result = result with { State = await StateAsync(answer.OrderId, cancellationToken) };
        }
        catch (WebSocketClientException e)
        {
            result = order with { State = e.GetType().Name, IsAnswered = false };
        }

        _results.Add(result);
        return result;
    }

    // The reader may stop and go on later: what comes in between waits in the subscription.
    private async Task<string> StateAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var update in pushes.WithCancellation(cancellationToken))
        {
            using var push = JsonDocument.Parse(update.Payload);
            var order = push.RootElement.GetProperty("data")[0];
            if (!order.GetProperty("orderId").ValueEquals(id))
                continue;
            var state = order.GetProperty("orderStatus").GetString()!;
            return state == "Filled" ? $"Filled at {Prices.Show(decimal.Parse(order.GetProperty("avgPrice").GetString()!, CultureInfo.InvariantCulture))}" : state;
        }

        return "unknown";
    }
}

/// <summary>An order, and what became of it.</summary>
internal sealed record OrderResult(string Side, string Symbol, decimal Quantity, decimal Price)
{
    public string Id { get; init; } = "";

    public string State { get; init; } = "";

    /// <summary>Whether the venue's answer came; if not, <see cref="State"/> names the error.</summary>
    public bool IsAnswered { get; init; }

    public TimeSpan AnsweredIn { get; init; }
}

internal sealed record OrderCommand(string Op, IReadOnlyList<OrderArguments> Args);

internal sealed record OrderArguments(string Category, string Symbol)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Side { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OrderType { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Qty { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Price { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OrderId { get; init; }
}

internal sealed record OrderAnswer(string OrderId);
