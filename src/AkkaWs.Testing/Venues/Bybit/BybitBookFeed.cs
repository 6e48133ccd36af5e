using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// <c>orderbook.DEPTH.SYMBOL</c>: a snapshot, then deltas whose <c>u</c> counts on by one and whose size "0" removes a level; depth 1 sends every update as a snapshot, and the same again after 3 s of silence
/// (https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook). <c>orderbook.rpi.SYMBOL</c> has 50 levels of three fields. <c>orderbook.full.SYMBOL</c> sends deltas alone; where it begins anew, the
/// delta has <c>u</c> 1 and no levels (https://bybit-exchange.github.io/docs/v5/websocket/public/full-ob).
/// </summary>
internal sealed class BybitBookFeed : TopicFeed
{
    private const int SnapshotOnlyDepth = 1;
    private const int RpiDepth = 50;
    private const int FirstUpdate = 1;

    // Every fourth level has retail orders.
    private const int RpiShare = 4;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private readonly string _topic;
    private readonly string _book;
    private readonly int _depth;
    private readonly SymbolMarket _market;
    private readonly BookView _bids;
    private readonly BookView _asks;
    private long _updateId;
    private long _sequence;
    private long _sentAt;
    private bool _beginsAnew;

    internal BybitBookFeed(string topic, string book, SymbolMarket market, long now)
    {
        (_topic, _book, _market, _sentAt) = (topic, book, market, now);
        _depth = book switch { BybitTopic.Full => BookSide.Depth, BybitTopic.Rpi => RpiDepth, _ => int.Parse(book, CultureInfo.InvariantCulture) };
        _bids = new BookView(market.Bids, _depth, -1);
        _asks = new BookView(market.Asks, _depth, +1);
        _updateId = market.NextNumber(10_000_000, 99_000_000);
        _sequence = market.Sequence;
    }

    internal override byte[]? Snapshot(long now) => _book == BybitTopic.Full ? null : Whole(now);

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
        _updateId = _beginsAnew ? FirstUpdate : _updateId + 1;
        _sequence = _market.Sequence;
        _sentAt = now;
        var isWhole = _beginsAnew || _depth == SnapshotOnlyDepth;
        _beginsAnew = false;
        return !isWhole ? Write("delta", now, bids, asks)
            : _book == BybitTopic.Full ? Write("delta", now, [], [])
            : Whole(now);
    }

    internal override byte[]? Repeat(long now)
    {
        if (_depth != SnapshotOnlyDepth || now - _sentAt < Silence.TotalMilliseconds)
            return null;
        _sentAt = now;
        return Whole(now);
    }

    internal override bool BeginAnew() => _beginsAnew = true;

    private byte[] Whole(long now) => Write("snapshot", now, _bids.Seen, _asks.Seen);

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
            json.WriteStringValue(Size(level.Lots));
            if (_book == BybitTopic.Rpi)
                json.WriteStringValue(Size(level.Lots % RpiShare == 0 ? level.Lots / RpiShare : 0));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private string Size(long lots) => lots == 0 ? "0" : JsonMessage.Text(_market.Instrument.Size(lots));
}
