using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// Order operations as callers write them, <c>{"op":"order","args":[{"instId":"BTC-USDT",…}]}</c>, and as OKX takes them: with the instrument's number in place of its name.
/// </summary>
internal static class OkxOrder
{
    private const int LongestNumber = 20;

    /// <summary>The payload with the number of each order's instrument; an order that has it already, and any other request, stays as it is.</summary>
    /// <exception cref="UnknownInstrumentException">No number is known.</exception>
    public static ReadOnlyMemory<byte> WithCodes(ReadOnlyMemory<byte> payload, IInstrumentCodes? codes)
    {
        var json = payload.Span;
        JsonSlice operation = default, orders = default;
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (fields.NameIs("op"u8))
                operation = fields.Value;
            else if (fields.NameIs("args"u8))
                orders = fields.Value;
        }

        if (!fields.IsComplete || orders.Kind != JsonValueKind.Array || !TakesCodes(json, operation))
            return payload;
        var result = new ArrayBufferWriter<byte>(json.Length + 32);
        var copied = 0;
        var items = new JsonItemReader(orders.Of(json));
        while (items.Next())
        {
            if (items.Value.Kind != JsonValueKind.Object || NameIn(items.Value.Of(orders.Of(json))) is not { } name)
                continue;
            var at = orders.Start + items.Value.Start + name.Start;
            result.Write(json[copied..at]);
            Write(result, codes?.Find(name.Instrument) ?? throw new UnknownInstrumentException(name.Instrument));
            copied = at + name.Length;
        }

        if (copied == 0)
            return payload;
        result.Write(json[copied..]);
        return result.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> result, long code)
    {
        result.Write("\""u8);
        result.Write(OkxFacts.InstrumentCode);
        result.Write("\":"u8);
        Utf8Formatter.TryFormat(code, result.GetSpan(LongestNumber), out var written);
        result.Advance(written);
    }

    private static bool TakesCodes(ReadOnlySpan<byte> json, JsonSlice operation) => operation.Kind == JsonValueKind.String
        && operation.GetText(json) is "order" or "batch-orders" or "cancel-order" or "batch-cancel-orders" or "amend-order" or "batch-amend-orders";

    /// <summary>Where the field with the instrument's name stands; null where there is none, or a number beside it, which decides.</summary>
    private static (int Start, int Length, string Instrument)? NameIn(ReadOnlySpan<byte> order)
    {
        (int, int, string)? found = null;
        var fields = new JsonFieldReader(order);
        while (fields.Next())
        {
            if (fields.NameIs(OkxFacts.InstrumentCode))
                return null;
            if (!fields.NameIs("instId"u8) || fields.Value.Kind != JsonValueKind.String)
                continue;
            order.Overlaps(fields.Name, out var name);
            var start = name - 1; // its quote
            found = (start, fields.Value.Start + fields.Value.Length - start, fields.Value.GetText(order));
        }

        return found;
    }
}
