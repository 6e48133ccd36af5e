namespace NUlid;

public readonly partial struct Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int TextLength = 26;

    /// <summary>26 characters of Crockford's base 32, which sort as the ULIDs do.</summary>
    public override string ToString() => string.Create(TextLength, _value, static (text, value) =>
    {
        for (var i = TextLength - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)((uint)value & 31)];
            value >>= 5;
        }
    });

    public string ToString(string format, IFormatProvider formatProvider) => ToString();

    /// <exception cref="ArgumentNullException">The text is null or empty.</exception>
    /// <exception cref="FormatException">The text is no ULID.</exception>
    public static Ulid Parse(string s) => string.IsNullOrEmpty(s) ? throw new ArgumentNullException(nameof(s)) : Parse(s.AsSpan());

    /// <exception cref="FormatException">The text is no ULID.</exception>
    public static Ulid Parse(ReadOnlySpan<char> span) => TryParse(span, out var ulid) ? ulid : throw new FormatException("Invalid Base32 string");

    public static bool TryParse(string s, out Ulid result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads either case; I and L stand for 1 and O for 0; hyphens are passed over.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out Ulid result)
    {
        UInt128 value = 0;
        var digits = 0;
        result = Empty;
        foreach (var c in s)
        {
            if (c == '-')
                continue;
            var digit = Digit(c);
            if (digit < 0)
                return false;
            value = (value << 5) | (uint)digit;
            digits++;
        }

        if (digits != TextLength)
            return false;
        result = new Ulid(value);
        return true;
    }

    private static int Digit(char c) => char.ToUpperInvariant(c) switch
    {
        'I' or 'L' => 1,
        'O' => 0,
        var upper => Alphabet.IndexOf(upper, StringComparison.Ordinal),
    };
}
