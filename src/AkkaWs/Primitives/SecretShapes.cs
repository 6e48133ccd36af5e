using System.Numerics;
using System.Text;

namespace AkkaWs.Primitives;

/// <summary>What looks secret by itself: names of secrets, words of a login, keys and signatures. When in doubt it does. Pure.</summary>
internal static class SecretShapes
{
    // A run of this many characters without a gap is a key or a signature rather than a word.
    private const int LongestWord = 40;

    // Letters and digits in a mixture are one from here on.
    private const int ShortestKey = 16;

    // In a URL, where names are short.
    private const int LongestSegment = 19;
    private const int ShortestMixedSegment = 12;

    // Anywhere in the letters of a name.
    private static readonly string[] Words = ["secret", "sign", "token", "pass", "pwd", "auth", "credential", "cookie", "jwt", "mnemonic", "hmac", "bearer", "login", "logon", "clientid"];

    // At its end; elsewhere they are a market's, as in sessionAvgPrice.
    private static readonly string[] Ends = ["key", "session", "sessionid"];

    // All of it.
    private static readonly HashSet<string> Names = ["sig", "pin", "otp", "pw", "sid", "nonce"];

    private static readonly HashSet<string> Logins = ["auth", "login", "logon", "signin", "authenticate", "authentication", "authorize", "authorization"];

    private static readonly HashSet<string> Schemes = ["bearer", "basic", "token", "apikey", "hmac"];

    // What tells messages, orders and topics apart is in the log on purpose, though it may look like a key.
    private static readonly HashSet<string> Identifiers = ["id", "topic", "channel", "stream", "symbol", "instid", "orderlinkid", "algoid"];

    private static readonly string[] IdentifierEnds = ["reqid", "requestid", "orderid", "ordid", "tradeid", "execid", "connid"];

    /// <summary>Whether the value of a name is secret. A name that is written with escapes is taken for a secret one.</summary>
    public static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.Contains((byte)'\\'))
            return true;
        var letters = Letters(name);
        return Names.Contains(letters) || EndsWithAny(letters, Ends) || HasWord(letters);
    }

    /// <summary>Whether the value of a name may be shown although it looks like a key.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> name) =>
        Letters(name) is var letters && (Identifiers.Contains(letters) || EndsWithAny(letters, IdentifierEnds));

    /// <summary>Whether a text has names and values of its own in it, of which some are secret.</summary>
    public static bool HoldsName(ReadOnlySpan<byte> text) =>
        text.IndexOfAny("\\=:"u8) >= 0 && Letters(text) is var letters && (letters.Contains("key", StringComparison.Ordinal) || HasWord(letters));

    /// <summary>Whether a word says that its message is a login: <c>auth</c>, <c>public/auth</c>, <c>session.logon</c>.</summary>
    public static bool IsLogin(ReadOnlySpan<byte> word)
    {
        for (var at = 0; at < word.Length; at++)
        {
            var start = at;
            while (at < word.Length && char.IsAsciiLetter((char)word[at]))
                at++;
            if (at - start is >= 4 and <= 14 && Logins.Contains(Letters(word[start..at])))
                return true;
        }

        return false;
    }

    /// <summary>Whether a secret follows this word, as it does in <c>Bearer …</c>; <paramref name="next"/> is no secret if it is an ordinary word.</summary>
    public static bool IsScheme(ReadOnlySpan<byte> word, ReadOnlySpan<byte> next) =>
        word.Length <= LongestWord && Letters(word) is var scheme && Schemes.Contains(scheme) && next.Length > 0 && (scheme == "bearer" || next.ContainsAnyExceptInRange((byte)'a', (byte)'z'));

    /// <summary>Whether a text is so long without a gap that it is no word.</summary>
    public static bool IsLong(ReadOnlySpan<byte> text) => text.Length >= LongestWord && text.IndexOfAny(" ,:{"u8) < 0;

    /// <summary>Whether there is a key in a text: letters and digits in a mixture, base64, or a UUID.</summary>
    public static bool HasKey(ReadOnlySpan<byte> text)
    {
        if (text.Length < ShortestKey)
            return false;
        var mixture = default(Mixture);
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c))
                mixture = default;
            else if ((mixture = mixture.Add(c)) is { Length: >= ShortestKey, IsKey: true })
                return true;
        }

        return IsBase64(text) || Guid.TryParseExact(Encoding.UTF8.GetString(text[..Math.Min(text.Length, LongestWord)]), "D", out _);
    }

    /// <summary>Whether a segment of a URL's path may be a key, such as a listen key.</summary>
    public static bool IsKeySegment(string segment)
    {
        var mixture = default(Mixture);
        foreach (var c in segment.Where(char.IsAsciiLetterOrDigit))
            mixture = mixture.Add((byte)c);
        return mixture.Length > LongestSegment || (mixture.Length >= ShortestMixedSegment && mixture.HasAllKinds) || segment.AsSpan().IndexOfAny('%', '=', ';') >= 0;
    }

    private static bool HasWord(string letters) => Array.Exists(Words, word => letters.Contains(word, StringComparison.Ordinal));

    private static bool EndsWithAny(string letters, string[] ends) => Array.Exists(ends, end => letters.EndsWith(end, StringComparison.Ordinal));

    private static bool IsBase64(ReadOnlySpan<byte> text)
    {
        var mixture = default(Mixture);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit((char)c))
                mixture = mixture.Add(c);
            else if (c is not ((byte)'+' or (byte)'/' or (byte)'='))
                return false;
        }

        return mixture is { IsKey: true, HasAllKinds: true };
    }

    private static string Letters(ReadOnlySpan<byte> text)
    {
        var letters = new StringBuilder(Math.Min(text.Length, 64));
        foreach (var c in text)
        {
            if (char.IsAsciiLetter((char)c))
                letters.Append(char.ToLowerInvariant((char)c));
        }

        return letters.ToString();
    }

    // Letters and digits, each of which has a bit among those that were seen: digits, capitals, small letters.
    private readonly record struct Mixture(int Length, ulong Seen)
    {
        private const ulong Digits = (1UL << 10) - 1;
        private const ulong Capitals = ((1UL << 26) - 1) << 10;
        private const ulong Small = ((1UL << 26) - 1) << 36;

        // A key repeats few of its characters.
        private const int FewestKinds = 6;

        public bool IsKey => BitOperations.PopCount(Seen) >= FewestKinds && (Length >= LongestWord || ((Seen & Digits) != 0 && (Seen & ~Digits) != 0));

        public bool HasAllKinds => (Seen & Digits) != 0 && (Seen & Capitals) != 0 && (Seen & Small) != 0;

        public Mixture Add(byte c) => new(Length + 1, Seen | (1UL << (char.IsAsciiDigit((char)c) ? c - '0' : char.IsAsciiLetterUpper((char)c) ? c - 'A' + 10 : c - 'a' + 36)));
    }
}
