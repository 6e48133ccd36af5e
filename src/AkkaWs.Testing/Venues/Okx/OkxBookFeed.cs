using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// <c>books</c> and the like: a snapshot whose <c>prevSeqId</c> is -1, then updates that link to the one before, all with a checksum of 0 as OKX sends it since 2026-06-23; <c>books5</c> and <c>bbo-tbt</c>: snapshots alone
/// (https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel).
/// </summary>
internal sealed class OkxBookFeed : TopicFeed
{
    private readonly OkxArgument _argument;
    private readonly SymbolMarket _market;
    private readonly int _depth;
    private readonly bool _isIncremental;
    private readonly BookView _bids;
    private readonly BookView _asks;
    private long _sequence;

    internal OkxBookFeed(OkxArgument argument, SymbolMarket market, int depth, bool isIncremental)
    {
        (_argument, _market, _depth, _isIncremental) = (argument, market, depth, isIncremental);
        _bids = new BookView(market.Bids, depth, -1);
        _asks = new BookView(market.Asks, depth, +1);
        _sequence = market.Sequence;
    }

    internal override byte[] Snapshot(long now) => Write(_isIncremental ? "snapshot" : null, now, _bids.Seen, _asks.Seen, -1);

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
        var previous = _sequence;
        _sequence = _market.Sequence;
        return _isIncremental ? Write("update", now, bids, asks, previous) : Snapshot(now);
    }

    private byte[] Write(string? action, long now, IEnumerable<BookLevel> bids, IEnumerable<BookLevel> asks, long previous) => OkxPush.Write(
        _argument,
        json =>
        {
            WriteLevels(json, "asks", asks);
            WriteLevels(json, "bids", bids);
            json.WriteText("ts", now);
            if (_isIncremental)
            {
                json.WriteNumber("checksum", 0);
                json.WriteNumber("prevSeqId", previous);
            }

            json.WriteNumber("seqId", _sequence);
        },
        action);

    private void WriteLevels(Utf8JsonWriter json, string name, IEnumerable<BookLevel> levels)
    {
        json.WriteStartArray(name);
        foreach (var level in levels)
        {
            json.WriteStartArray();
            json.WriteStringValue(Price(level));
            json.WriteStringValue(level.Lots == 0 ? "0" : Size(level));
            json.WriteStringValue(_argument.Channel == "books-rpi" && level.Lots > 0 ? Size(level) : "0");
            json.WriteStringValue(level.Lots == 0 ? "0" : "1");
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private string Price(BookLevel level) => JsonMessage.Text(_market.Instrument.Price(level.Tick));

    private string Size(BookLevel level) => JsonMessage.Text(_market.Instrument.Size(level.Lots));
}
