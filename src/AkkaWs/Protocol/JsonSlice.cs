using System.Text;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>Where a JSON value stands in the message that holds it.</summary>
/// <param name="Start">Where it starts, in bytes; a string with its quote.</param>
/// <param name="Length">Its length in bytes; a string with its quotes.</param>
/// <param name="Kind">What it is; <see cref="JsonValueKind.Undefined"/> for <c>default</c>: no value.</param>
public readonly record struct JsonSlice(int Start, int Length, JsonValueKind Kind)
{
    /// <summary>Where its text starts: behind the quote of a string, else <see cref="Start"/>.</summary>
    public int TextStart => Kind == JsonValueKind.String ? Start + 1 : Start;

    /// <summary>The length of its text: without the quotes of a string, else <see cref="Length"/>.</summary>
    public int TextLength => Kind == JsonValueKind.String ? Length - 2 : Length;

    /// <summary>The value's bytes, a string with its quotes: JSON by itself.</summary>
    /// <param name="json">The message that was read.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <inheritdoc cref="Of(ReadOnlySpan{byte})"/>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json) => json.Slice(Start, Length);

    /// <summary>The value's text, a string without its quotes, escapes unresolved.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{byte})" path="/param"/>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> json) => json.Slice(TextStart, TextLength);

    /// <summary>Whether the value's text, escapes resolved, is <paramref name="utf8"/>.</summary>
    /// <param name="json">The message that was read.</param>
    /// <param name="utf8">The text to compare with, UTF-8.</param>
    public bool TextIs(ReadOnlySpan<byte> json, ReadOnlySpan<byte> utf8)
    {
        var text = TextOf(json);
        return text.SequenceEqual(utf8) || (text.Contains((byte)'\\') && JsonScan.UnescapedEquals(text, utf8));
    }

    /// <summary>The value's text, escapes resolved; broken escapes are left as they stand.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{byte})" path="/param"/>
    public string GetText(ReadOnlySpan<byte> json) => Unescape(TextOf(json));

    /// <summary>Resolves the escapes of a string's text; broken ones are left as they stand.</summary>
    /// <param name="text">What stands between the quotes, UTF-8.</param>
    public static string Unescape(ReadOnlySpan<byte> text) =>
        (text.Contains((byte)'\\') ? JsonScan.Unescape(text) : null) ?? Encoding.UTF8.GetString(text);
}
