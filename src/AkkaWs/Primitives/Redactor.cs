using System.Buffers;
using System.Text;

namespace AkkaWs.Primitives;

/// <summary>
/// Shows payloads and other people's words without the secrets in them: the structure stays; values of names that look secret are masked, wherever quotes
/// are missing too, and so is what looks like a key. What it cannot tell apart it masks. Pure.
/// </summary>
internal static partial class Redactor
{
    /// <summary>How many bytes an excerpt has at most, beside an ellipsis.</summary>
    public const int MaxLength = 128;

    /// <summary>Stands for what is not shown at all.</summary>
    public const string NotShown = "(not shown)";

    // A login is far shorter.
    private const int MostSearched = 64 * 1024;

    // Nobody reads more of what an exception says.
    private const int MostWords = 16 * 1024;

    // In words, quotes are about anything; a name in quotes is short.
    private const int LongestQuotedName = 64;

    private const int LongestPort = 5;

    private static readonly SearchValues<byte> EndsOfValue = SearchValues.Create(",}]&;|\r\n"u8);
    private static readonly SearchValues<byte> EndsOfToken = SearchValues.Create(" ,;\"'}]\t\r\n"u8);
    private static readonly SearchValues<byte> EndsOfUrl = SearchValues.Create(" \"'<>`\t\r\n"u8);

    private static ReadOnlySpan<byte> Mask => "***"u8;

    /// <summary>The first bytes of <paramref name="payload"/> as text: one line, without what looks secret. Nothing of a login and of what is no text.</summary>
    /// <param name="payload">A message, or a part of one.</param>
    /// <param name="isSensitive">Whether it is known to hold what proves an account.</param>
    public static string Excerpt(ReadOnlySpan<byte> payload, bool isSensitive = false)
    {
        if (isSensitive || IsBinary(payload) || IsLogin(payload[..Math.Min(payload.Length, MostSearched)]))
            return NotShown;
        var excerpt = new Shown(stackalloc byte[MaxLength], isProse: false);
        MaskInto(ref excerpt, payload);
        return excerpt.ToString();
    }

    /// <summary>What an exception of other people's says, without what looks secret; the same instance where nothing does.</summary>
    public static string Words(string text)
    {
        var words = Encoding.UTF8.GetBytes(text, 0, Math.Min(text.Length, MostWords));
        var shown = new Shown(new byte[(words.Length * 2) + Mask.Length], isProse: true); // at most three bytes more for each name with its sign
        MaskInto(ref shown, words);
        var masked = shown.ToString();
        return text.Length > MostWords ? masked + "…" : masked == text ? text : masked;
    }

    private static void MaskInto(ref Shown shown, ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length && !shown.IsFull;)
            at = IsQuote(text[at]) || IsWord(text[at]) ? AddWord(text, at, ref shown) : Add(text, at, at + 1, ref shown);
    }

    // A name and the value that it masks, or a word that is neither.
    private static int AddWord(ReadOnlySpan<byte> text, int start, ref Shown shown)
    {
        var quoted = IsQuote(text[start]);
        var end = quoted ? EndOfText(shown.IsProse ? text[..Math.Min(start + LongestQuotedName, text.Length)] : text, start) : EndOfRun(text, start);
        var word = quoted ? text[(start + 1)..Math.Max(end - 1, start + 1)] : text[start..end];
        var sign = SkipSpace(text, end);
        var isName = sign < text.Length && text[sign] is (byte)':' or (byte)'=' && !(shown.IsProse && IsPort(text, sign, word));
        if (shown.IsProse && !quoted && text[end..].StartsWith("://"u8))
            return AddUrl(text, start, ref shown);
        if (isName && SecretShapes.IsName(word))
            return AddMasked(text, start, SkipSpace(text, sign + 1), ref shown);
        if (isName && SecretShapes.IsIdentifier(word))
            return AddIdentifier(text, start, SkipSpace(text, sign + 1), ref shown);
        if (shown.IsProse && quoted)
            return Add(text, start, start + 1, ref shown);
        if (!quoted && EndOfScheme(text, word, end) is > 0 and var token)
            return AddMasked(text, start, SkipSpace(text, end), ref shown, token);
        if ((isName && text[sign] == ':') || !IsSecret(word, shown.IsProse))
            return Add(text, start, end, ref shown);
        shown.Add(Mask);
        return end;
    }

    // Of a host that is named beside it, whatever its name holds.
    private static bool IsPort(ReadOnlySpan<byte> text, int sign, ReadOnlySpan<byte> host)
    {
        var digits = EndOfRun(text, sign + 1) - sign - 1;
        return text[sign] == ':' && digits is > 0 and <= LongestPort && host.Contains((byte)'.') && !text.Slice(sign + 1, digits).ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static int Add(ReadOnlySpan<byte> text, int start, int end, ref Shown shown)
    {
        shown.Add(text[start..end]);
        return end;
    }

    private static int AddMasked(ReadOnlySpan<byte> text, int start, int value, ref Shown shown, int? end = null)
    {
        shown.Add(text[start..value]);
        shown.Add(value < text.Length ? Mask : default);
        return end ?? EndOfValue(text, value);
    }

    private static int AddIdentifier(ReadOnlySpan<byte> text, int start, int value, ref Shown shown)
    {
        var end = value >= text.Length ? value : IsQuote(text[value]) ? EndOfText(text, value) : EndOfRun(text, value);
        var id = text[value..end].Trim("\"'"u8);
        return Add(text, start, SecretShapes.IsLong(id) || SecretShapes.HoldsName(id) ? value : end, ref shown);
    }

    private static int AddUrl(ReadOnlySpan<byte> text, int start, ref Shown shown)
    {
        var length = text[start..].IndexOfAny(EndsOfUrl);
        var url = (length < 0 ? text[start..] : text.Slice(start, length)).TrimEnd(".,;:)"u8);
        var words = Encoding.UTF8.GetString(url);
        var masked = Url(words);
        shown.Add(masked == words + "/" ? url : Encoding.UTF8.GetBytes(masked));
        return start + url.Length;
    }

    private static bool IsSecret(ReadOnlySpan<byte> word, bool isProse)
    {
        if (SecretShapes.HasKey(word))
            return true;
        return !isProse && (SecretShapes.IsLong(word) || SecretShapes.HoldsName(word) || EndOfScheme(word, word[..EndOfRun(word, 0)], EndOfRun(word, 0)) > 0);
    }

    // Where the token ends that a word such as Bearer announces; 0: it announces none.
    private static int EndOfScheme(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word, int end)
    {
        var start = SkipSpace(text, end);
        if (start == end)
            return 0;
        var length = text[start..].IndexOfAny(EndsOfToken);
        var next = length < 0 ? text[start..] : text.Slice(start, length);
        return SecretShapes.IsScheme(word, next) ? start + next.Length : 0;
    }

    // A word of it that names no value.
    private static bool IsLogin(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at < message.Length; at++)
        {
            var end = EndOfRun(message, at);
            if (end > at && SecretShapes.IsLogin(message[at..end]) && !IsNamed(message, end))
                return true;
            at = end;
        }

        return false;
    }

    private static bool IsNamed(ReadOnlySpan<byte> message, int end)
    {
        var sign = SkipSpace(message, end + (message[end..].IndexOfAnyExcept("\\\"'"u8) is >= 0 and var quotes ? quotes : 0));
        return sign < message.Length && message[sign] is (byte)':' or (byte)'=';
    }

    private static bool IsBinary(ReadOnlySpan<byte> payload)
    {
        var head = payload[..Math.Min(payload.Length, MaxLength)];
        var controls = 0;
        foreach (var c in head)
            controls += c < ' ' && c is not ((byte)'\t' or (byte)'\r' or (byte)'\n') ? 1 : 0;
        return controls * 8 > head.Length;
    }

    private static int EndOfValue(ReadOnlySpan<byte> text, int start)
    {
        if (start >= text.Length || IsQuote(text[start]))
            return EndOfText(text, start);
        if (text[start] is not ((byte)'{' or (byte)'['))
            return text[start..].IndexOfAny(EndsOfValue) is var end and >= 0 ? start + end : text.Length;
        var depth = 0;
        for (var at = start; at < text.Length;)
        {
            depth += text[at] is (byte)'{' or (byte)'[' ? 1 : text[at] is (byte)'}' or (byte)']' ? -1 : 0;
            at = text[at] == '"' ? EndOfText(text, at) : at + 1;
            if (depth == 0)
                return at;
        }

        return text.Length;
    }

    private static int EndOfText(ReadOnlySpan<byte> text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == text[start])
                return at + 1;
        }

        return text.Length;
    }

    private static int EndOfRun(ReadOnlySpan<byte> text, int start)
    {
        while (start < text.Length && IsWord(text[start]))
            start++;
        return start;
    }

    private static int SkipSpace(ReadOnlySpan<byte> text, int start)
    {
        while (start < text.Length && text[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start++;
        return start;
    }

    private static bool IsQuote(byte c) => c is (byte)'"' or (byte)'\'';

    private static bool IsWord(byte c) => char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)'-' or (byte)'.' or (byte)'+' or (byte)'/' or >= 0x80;

    private ref struct Shown(Span<byte> bytes, bool isProse)
    {
        private readonly Span<byte> _bytes = bytes;
        private int _length;

        public bool IsProse { get; } = isProse;

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
            if (IsProse)
                return text;
            var line = string.Create(text.Length, text, static (line, text) =>
            {
                for (var i = 0; i < line.Length; i++)
                    line[i] = char.IsControl(text[i]) ? ' ' : text[i];
            });
            return OutsideText.Escape(IsFull ? line.TrimEnd('\uFFFD') + "…" : line);
        }
    }
}
