using System.Globalization;
using System.Text.Json;

namespace Quickstart;

/// <summary>
/// Understands what a topic of Bybit says, message by message: its prices, and the number that the venue gives to the message. Snapshots replace
/// what is known, deltas change it.
/// </summary>
internal sealed class Market
{
    private readonly SortedDictionary<decimal, string> _bids = new(Comparer<decimal>.Create((a, b) => b.CompareTo(a)));
    private readonly SortedDictionary<decimal, string> _asks = [];

    public Quote Quote { get; private set; } = new();

    /// <summary>The venue's number of the message, and whether it must be exactly one more than the last; null: it has none.</summary>
    public (long Number, bool IsNext)? Read(ReadOnlyMemory<byte> message)
    {
        using var document = JsonDocument.Parse(message);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data) || !root.TryGetProperty("topic", out var topic))
            return null;
        return topic.GetString()!.Split('.')[0] switch
        {
            "orderbook" => ReadBook(data, isSnapshot: root.GetProperty("type").ValueEquals("snapshot")),
            "publicTrade" => ReadTrades(data),
            "tickers" => ReadTicker(data, root),
            _ => null,
        };
    }

    private (long, bool) ReadBook(JsonElement data, bool isSnapshot)
    {
        if (isSnapshot)
        {
            _bids.Clear();
            _asks.Clear();
        }

        Change(_bids, data.GetProperty("b"));
        Change(_asks, data.GetProperty("a"));
        Quote = new Quote(Best(_bids), Best(_asks));
        return (data.GetProperty("u").GetInt64(), !isSnapshot);
    }

    private (long, bool) ReadTrades(JsonElement data)
    {
        var last = data[data.GetArrayLength() - 1];
        Quote = new Quote(Last: Price(last, "p"));
        return (last.GetProperty("seq").GetInt64(), false);
    }

    private (long, bool)? ReadTicker(JsonElement data, JsonElement root)
    {
        Quote = new Quote(Price(data, "bid1Price") ?? Quote.Bid, Price(data, "ask1Price") ?? Quote.Ask, Price(data, "lastPrice") ?? Quote.Last);
        return root.TryGetProperty("cs", out var number) ? (number.GetInt64(), false) : null;
    }

    private static void Change(SortedDictionary<decimal, string> side, JsonElement levels)
    {
        foreach (var level in levels.EnumerateArray())
        {
            var (price, size) = (Number(level[0]), level[1].GetString()!);
            if (size == "0")
                side.Remove(price);
            else
                side[price] = size;
        }
    }

    private static decimal? Best(SortedDictionary<decimal, string> side)
    {
        foreach (var (price, _) in side)
            return price;
        return null;
    }

    private static decimal? Price(JsonElement data, string name) => data.TryGetProperty(name, out var price) ? Number(price) : null;

    private static decimal Number(JsonElement text) => decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
