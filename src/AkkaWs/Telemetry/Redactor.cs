using System.Buffers;
using System.Text;

namespace AkkaWs.Telemetry;

/// <summary>
/// Shows how a payload begins without its secrets: the structure stays, the values of names that look secret are masked, wherever quotes are missing
/// too. What it cannot tell apart it masks. Pure.
/// </summary>
internal static class Redactor
{
    /// <summary>How many bytes an excerpt has at most, beside an ellipsis.</summary>
    public const int MaxLength = 128;

    // A run of this many characters without a gap is a key or a signature rather than a word.
    private const int OpaqueLength = 40;

    private static readonly SearchValues<byte> EndsOfValue = SearchValues.Create(",}]&;|\r\n"u8);

    private static ReadOnlySpan<byte> Mask => "***"u8;

    private static readonly string[] SecretWords = ["secret", "sign", "token", "pass", "auth", "credential", "cookie", "session", "jwt", "mnemonic"];

    /// <summary>The first bytes of <paramref name="payload"/> as text: one line, without what looks secret.</summary>
    public static string Excerpt(ReadOnlySpan<byte> payload)
    {
        var excerpt = new Builder(stackalloc byte[MaxLength]);
        for (var at = 0; at < payload.Length && !excerpt.IsFull;)
            at = IsQuote(payload[at]) || IsWord(payload[at]) ? CopyWord(payload, at, ref excerpt) : Copy(payload, at, at + 1, ref excerpt);
        return excerpt.ToString();
    }

    // A name and the value that it masks, or a word that is neither.
    private static int CopyWord(ReadOnlySpan<byte> payload, int start, ref Builder excerpt)
    {
        var quoted = IsQuote(payload[start]);
        var end = quoted ? EndOfText(payload, start) : EndOfRun(payload, start);
        var word = quoted ? payload[(start + 1)..Math.Max(end - 1, start + 1)] : payload[start..end];
        var sign = SkipSpace(payload, end);
        if (sign < payload.Length && payload[sign] is (byte)':' or (byte)'=' && IsSecret(word))
        {
            var value = SkipSpace(payload, sign + 1);
            excerpt.Add(payload[start..value]);
            excerpt.Add(value < payload.Length ? Mask : default);
            return EndOfValue(payload, value);
        }

        var named = sign < payload.Length && payload[sign] == ':';
        if (named || !HidesSecret(word))
            return Copy(payload, start, end, ref excerpt);
        excerpt.Add(Mask);
        return end;
    }

    private static int Copy(ReadOnlySpan<byte> payload, int start, int end, ref Builder excerpt)
    {
        excerpt.Add(payload[start..end]);
        return end;
    }

    // A name that is written with escapes is taken for a secret one.
    private static bool IsSecret(ReadOnlySpan<byte> name)
    {
        if (name.Contains((byte)'\\'))
            return true;
        var letters = Letters(name);
        return letters.EndsWith("key", StringComparison.Ordinal) || HasSecretWord(letters);
    }

    // Text that holds names and values of its own, or is too long for a word.
    private static bool HidesSecret(ReadOnlySpan<byte> text) =>
        (text.Length >= OpaqueLength && text.IndexOfAny(" ,:{"u8) < 0)
        || (text.IndexOfAny("\\=:"u8) >= 0 && Letters(text) is var letters && (letters.Contains("key", StringComparison.Ordinal) || HasSecretWord(letters)));

    private static bool HasSecretWord(string letters) => SecretWords.Any(word => letters.Contains(word, StringComparison.Ordinal));

    private static string Letters(ReadOnlySpan<byte> text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetter((char)c))
                letters.Append(char.ToLowerInvariant((char)c));
        }

        return letters.ToString();
    }

    private static int EndOfValue(ReadOnlySpan<byte> payload, int start)
    {
        if (start >= payload.Length || IsQuote(payload[start]))
            return EndOfText(payload, start);
        if (payload[start] is not ((byte)'{' or (byte)'['))
            return payload[start..].IndexOfAny(EndsOfValue) is var end and >= 0 ? start + end : payload.Length;
        var depth = 0;
        for (var at = start; at < payload.Length;)
        {
            depth += payload[at] is (byte)'{' or (byte)'[' ? 1 : payload[at] is (byte)'}' or (byte)']' ? -1 : 0;
            at = payload[at] == '"' ? EndOfText(payload, at) : at + 1;
            if (depth == 0)
                return at;
        }

        return payload.Length;
    }

    private static int EndOfText(ReadOnlySpan<byte> payload, int start)
    {
        for (var at = start + 1; at < payload.Length; at++)
        {
            if (payload[at] == '\\')
                at++;
            else if (payload[at] == payload[start])
                return at + 1;
        }

        return payload.Length;
    }

    private static int EndOfRun(ReadOnlySpan<byte> payload, int start)
    {
        while (start < payload.Length && IsWord(payload[start]))
            start++;
        return start;
    }

    private static int SkipSpace(ReadOnlySpan<byte> payload, int start)
    {
        while (start < payload.Length && payload[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start++;
        return start;
    }

    private static bool IsQuote(byte c) => c is (byte)'"' or (byte)'\'';

    private static bool IsWord(byte c) => char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'-' or (byte)'.' or (byte)'+' or (byte)'/' or >= 0x80;

    private ref struct Builder(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;
        private int _length;

        public bool IsFull { get; private set; }

        public void Add(ReadOnlySpan<byte> more)
        {
            var room = _bytes.Length - _length;
            IsFull |= more.Length > room;
            more = more[..Math.Min(more.Length, room)];
            more.CopyTo(_bytes[_length..]);
            _length += more.Length;
        }

        public override readonly string ToString()
        {
            var text = Encoding.UTF8.GetString(_bytes[.._length]);
            var line = string.Create(text.Length, text, static (line, text) =>
            {
                for (var i = 0; i < line.Length; i++)
                    line[i] = char.IsControl(text[i]) ? ' ' : text[i];
            });
            return IsFull ? line.TrimEnd('\uFFFD') + "…" : line;
        }
    }
}
