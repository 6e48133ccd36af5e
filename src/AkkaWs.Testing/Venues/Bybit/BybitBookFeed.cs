using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// <c>orderbook.DEPTH.SYMBOL</c>: a snapshot, then deltas whose <c>u</c> counts on by one and whose size "0" removes a level; depth 1 sends every update as a snapshot
/// (https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook).
/// </summary>
internal sealed class BybitBookFeed : TopicFeed
{
    private const int SnapshotOnlyDepth = 1;

    private readonly string _topic;
    private readonly int _depth;
    private readonly SymbolMarket _market;
    private readonly BookView _bids;
    private readonly BookView _asks;
    private long _updateId;
    private long _sequence;

    internal BybitBookFeed(string topic, string depth, SymbolMarket market)
    {
        _topic = topic;
        _depth = int.Parse(depth, CultureInfo.InvariantCulture);
        _market = market;
        _bids = new BookView(market.Bids, _depth, -1);
        _asks = new BookView(market.Asks, _depth, +1);
        _updateId = market.NextNumber(10_000_000, 99_000_000);
        _sequence = market.Sequence;
    }

    internal override byte[] Snapshot(long now) => Write("snapshot", now, _bids.Seen, _asks.Seen);

    internal override byte[] Next(long now)
    {
        List<BookLevel> bids, asks;
        do
        {
            _market.Walk(_depth);
            bids = _bids.Advance();
            asks = _asks.Advance();
        }
        while (bids.Count == 0 && asks.Count == 0);
        _updateId++;
        _sequence = _market.Sequence;
        return _depth == SnapshotOnlyDepth ? Snapshot(now) : Write("delta", now, bids, asks);
    }

    private byte[] Write(string type, long now, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks) => JsonMessage.Write(json =>
    {
        json.WriteString("topic", _topic);
        json.WriteString("type", type);
        json.WriteNumber("ts", now);
        json.WriteStartObject("data");
        json.WriteString("s", _market.Instrument.Symbol);
        WriteLevels(json, "b", bids);
        WriteLevels(json, "a", asks);
        json.WriteNumber("u", _updateId);
        json.WriteNumber("seq", _sequence);
        json.WriteEndObject();
        json.WriteNumber("cts", now);
    });

    private void WriteLevels(Utf8JsonWriter json, string name, IEnumerable<BookLevel> levels)
    {
        json.WriteStartArray(name);
        foreach (var level in levels)
        {
            json.WriteStartArray();
            json.WriteStringValue(JsonMessage.Text(_market.Instrument.Price(level.Tick)));
            json.WriteStringValue(level.Lots == 0 ? "0" : JsonMessage.Text(_market.Instrument.Size(level.Lots)));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
