using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>Finds the ends of JSON values. No method throws; none looks at a byte twice, but for those before the last block's end.</summary>
internal static class JsonScan
{
    private const int BlockSize = 32;

    // Six bytes, such as \u0061, stand for at least one.
    private const int LongestEscape = 6;

    // '[' and '{', ']' and '}' differ in this bit only, and no third character joins them when it is set.
    private const byte BracketFold = 0x20;

    /// <summary>Where the quote stands that ends the string whose text starts at <paramref name="start"/>; -1 if none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOfString(ReadOnlySpan<byte> json, int start, out bool hasEscapes)
    {
        // Names and most values are short: one block decides, without a call.
        hasEscapes = false;
        if (start <= json.Length - BlockSize)
        {
            var block = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)start);
            var found = (Vector256.Equals(block, Vector256.Create((byte)'"')) | Vector256.Equals(block, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits();
            var end = start + BitOperations.TrailingZeroCount(found);
            if (found != 0 && json[end] == '"')
                return end;
        }

        return EndOfLongString(json, start, ref hasEscapes);
    }

    /// <summary>Where the object or array that starts at <paramref name="start"/> has ended; -1 if it does not.</summary>
    public static int EndOfNested(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        uint inString = 0;
        uint escapesFirst = 0;
        for (var at = start; at < json.Length; at += BlockSize)
        {
            var block = BlockAt(json, at, out var behind);
            var quotes = Vector256.Equals(block, Vector256.Create((byte)'"')).ExtractMostSignificantBits() >> behind;
            var backslashes = Vector256.Equals(block, Vector256.Create((byte)'\\')).ExtractMostSignificantBits() >> behind;
            if ((backslashes | escapesFirst) != 0)
                quotes &= ~Escaped(backslashes, ref escapesFirst);

            var strings = Toggled(quotes) ^ inString;
            inString = (uint)((int)strings >> 31);
            var folded = block | Vector256.Create(BracketFold);
            var opening = Vector256.Equals(folded, Vector256.Create((byte)'{')).ExtractMostSignificantBits() >> behind & ~strings;
            var closing = Vector256.Equals(folded, Vector256.Create((byte)'}')).ExtractMostSignificantBits() >> behind & ~strings;
            if (BitOperations.PopCount(closing) < depth)
            {
                depth += BitOperations.PopCount(opening) - BitOperations.PopCount(closing);
                continue;
            }

            for (var brackets = opening | closing; brackets != 0; brackets &= brackets - 1)
            {
                var bit = BitOperations.TrailingZeroCount(brackets);
                depth += (opening >> bit & 1) != 0 ? 1 : -1;
                if (depth == 0)
                    return at + bit + 1;
            }
        }

        return -1;
    }

    /// <summary>Where the next byte stands that is no white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipWhiteSpace(ReadOnlySpan<byte> json, int at) =>
        (uint)at < (uint)json.Length && json[at] <= ' ' ? BehindWhiteSpace(json, at) : at;

    /// <summary>Where the value that starts at <paramref name="start"/> has ended, and what it is; the end is not behind the start if it is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int End, JsonValueKind Kind) EndOfValue(ReadOnlySpan<byte> json, int start)
    {
        switch (json[start])
        {
            case (byte)'"':
                return (EndOfString(json, start + 1, out _) + 1, JsonValueKind.String);
            case (byte)'{':
                return (EndOfNested(json, start), JsonValueKind.Object);
            case (byte)'[':
                return (EndOfNested(json, start), JsonValueKind.Array);
            default:
                var kind = Scalar(json, start, out var end);
                return (end, kind);
        }
    }

    /// <summary>What stands at <paramref name="start"/> if it is a number or a literal, and where it ends; <see cref="JsonValueKind.Undefined"/> if neither.</summary>
    public static JsonValueKind Scalar(ReadOnlySpan<byte> json, int start, out int end)
    {
        var first = json[start];
        if (first is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
        {
            end = EndOfNumber(json, start);
            return JsonValueKind.Number;
        }

        var text = json[start..];
        var (kind, length) = first switch
        {
            (byte)'t' when text.StartsWith("true"u8) => (JsonValueKind.True, 4),
            (byte)'f' when text.StartsWith("false"u8) => (JsonValueKind.False, 5),
            (byte)'n' when text.StartsWith("null"u8) => (JsonValueKind.Null, 4),
            _ => (JsonValueKind.Undefined, 0),
        };
        end = start + length;
        return kind;
    }

    /// <summary>Whether a string's text, escapes resolved, is <paramref name="utf8"/>; false if its escapes are broken.</summary>
    public static bool UnescapedEquals(ReadOnlySpan<byte> text, ReadOnlySpan<byte> utf8)
    {
        if (text.Length < utf8.Length || text.Length > utf8.Length * LongestEscape)
            return false;
        var length = text.Length + 2;
        Span<byte> quoted = length <= 256 ? stackalloc byte[256] : new byte[length];
        quoted[0] = quoted[length - 1] = (byte)'"';
        text.CopyTo(quoted[1..]);
        var reader = new Utf8JsonReader(quoted[..length]);
        try
        {
            return reader.Read() && reader.ValueTextEquals(utf8);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A string's text, escapes resolved; null if it is broken.</summary>
    public static string? Unescape(ReadOnlySpan<byte> text)
    {
        byte[] quoted = [(byte)'"', .. text, (byte)'"'];
        var reader = new Utf8JsonReader(quoted);
        try
        {
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static int BehindWhiteSpace(ReadOnlySpan<byte> json, int at)
    {
        while ((uint)at < (uint)json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }

    // The block that starts here or, at the end, the message's last one, of which so many bytes were seen before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> BlockAt(ReadOnlySpan<byte> json, int at, out int behind)
    {
        var last = json.Length - BlockSize;
        if (last < 0)
        {
            behind = 0;
            return ShortBlock(json[at..]);
        }

        behind = Math.Max(at - last, 0);
        return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)(at - behind));
    }

    private static Vector256<byte> ShortBlock(ReadOnlySpan<byte> json)
    {
        Span<byte> filled = stackalloc byte[BlockSize];
        filled.Clear();
        json.CopyTo(filled);
        return Vector256.Create<byte>(filled);
    }

    private static int EndOfLongString(ReadOnlySpan<byte> json, int start, ref bool hasEscapes)
    {
        for (var at = start; at < json.Length; at += 2)
        {
            var found = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
                return -1;
            at += found;
            if (json[at] == '"')
                return at;
            hasEscapes = true;
        }

        return -1;
    }

    // Where the number that starts here has ended. Its syntax is not checked: these are the bytes that numbers are made of, and '/'.
    private static int EndOfNumber(ReadOnlySpan<byte> json, int start)
    {
        var at = start;
        for (; at <= json.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            var block = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at);
            var numeric = Vector128.LessThanOrEqual(block - Vector128.Create((byte)'+'), Vector128.Create((byte)('9' - '+')))
                & ~Vector128.Equals(block, Vector128.Create((byte)','))
                | Vector128.Equals(block | Vector128.Create((byte)0x20), Vector128.Create((byte)'e'));
            var others = ~numeric.ExtractMostSignificantBits() & 0xFFFF;
            if (others != 0)
                return at + BitOperations.TrailingZeroCount(others);
        }

        while (at < json.Length && (json[at] is >= (byte)'+' and <= (byte)'9' and not (byte)',' || (json[at] | 0x20) == 'e'))
            at++;
        return at;
    }

    // The bits behind backslashes that are not themselves escaped.
    private static uint Escaped(uint backslashes, ref uint escapesFirst)
    {
        var escaped = escapesFirst;
        escapesFirst = 0;
        for (; backslashes != 0; backslashes &= backslashes - 1)
        {
            var backslash = backslashes & (uint)-(int)backslashes;
            if ((escaped & backslash) != 0)
                continue;
            escaped |= backslash << 1;
            escapesFirst = backslash >> 31;
        }

        return escaped;
    }

    // Each bit becomes the exclusive or of itself and all lower ones: set from an opening quote up to before the closing one.
    private static uint Toggled(uint bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        return bits ^ (bits << 16);
    }
}
