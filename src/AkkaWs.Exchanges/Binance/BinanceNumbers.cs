using System.Buffers.Text;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>How Binance numbers an update of a stream. Fields of the same name mean other things in other events, so the event decides.</summary>
/// <param name="Last">The number.</param>
/// <param name="Previous">The number of the one before it, where it is told.</param>
/// <param name="Kind">Whether it is a change of something.</param>
internal readonly record struct BinanceNumbers(long? Last, long? Previous, UpdateKind Kind)
{
    public static BinanceNumbers Read(ReadOnlySpan<byte> update)
    {
        var start = update.IndexOf("\"data\":{"u8);
        if (start < 0)
            return default;
        var data = update[(start + "\"data\":".Length)..];
        JsonSlice name = default, first = default, last = default, previous = default, trade = default, aggregate = default;
        var fields = new JsonFieldReader(data);
        while (fields.Next())
        {
            if (fields.NameIs("e"u8))
                name = fields.Value;
            else if (fields.NameIs("U"u8))
                first = fields.Value;
            else if (fields.NameIs("u"u8))
                last = fields.Value;
            else if (fields.NameIs("pu"u8))
                previous = fields.Value;
            else if (fields.NameIs("t"u8))
                trade = fields.Value;
            else if (fields.NameIs("a"u8))
                aggregate = fields.Value;
        }

        return (name.Has() ? name.TextOf(data) : default) switch
        {
            var e when e.SequenceEqual("depthUpdate"u8) && IsWhole(update[..start]) => new(NumberAt(last, data), null, UpdateKind.Snapshot),
            var e when e.SequenceEqual("depthUpdate"u8) => new(NumberAt(last, data), NumberAt(previous, data) ?? NumberAt(first, data) - 1, UpdateKind.Delta),
            var e when e.IsEmpty || e.SequenceEqual("bookTicker"u8) => new(NumberAt(last, data), null, NumberAt(last, data) is null ? UpdateKind.Unknown : UpdateKind.Snapshot),
            var e when e.SequenceEqual("trade"u8) => new(NumberAt(trade, data), null, UpdateKind.Unknown),
            var e when e.SequenceEqual("aggTrade"u8) => new(NumberAt(aggregate, data), null, UpdateKind.Unknown),
            _ => default,
        };
    }

    // The first levels of a book, such as btcusdt@depth20@100ms, which futures send in the words of a change.
    private static bool IsWhole(ReadOnlySpan<byte> head)
    {
        var depth = head.IndexOf("@depth"u8);
        var next = depth + "@depth".Length;
        return depth >= 0 && next < head.Length && char.IsAsciiDigit((char)head[next]);
    }

    private static long? NumberAt(JsonSlice value, ReadOnlySpan<byte> data) =>
        value.Kind == JsonValueKind.Number && Utf8Parser.TryParse(value.TextOf(data), out long number, out var used) && used == value.TextLength ? number : null;
}
