namespace AkkaWs.Exchanges;

/// <summary>
/// What is traded for what, independent of an exchange: each exchange's <see cref="Exchange"/> translates it to its own name (<c>BTCUSDT</c>,
/// <c>BTC-USDT-SWAP</c>, <c>btcusdt</c>, <c>BTC-PERPETUAL</c>).
/// </summary>
public readonly record struct Symbol
{
    private readonly string? _base;
    private readonly string? _quote;

    /// <summary>Names a pair; case does not matter.</summary>
    /// <param name="base">What is bought and sold, such as <c>BTC</c>.</param>
    /// <param name="quote">What it is paid with, such as <c>USDT</c>.</param>
    /// <exception cref="ArgumentException">One of them is empty or has other characters than letters and digits.</exception>
    public Symbol(string @base, string quote) => (_base, _quote) = (Asset(@base, nameof(@base)), Asset(quote, nameof(quote)));

    /// <summary>What is bought and sold, in capitals.</summary>
    public string Base => _base ?? "";

    /// <summary>What it is paid with, in capitals.</summary>
    public string Quote => _quote ?? "";

    /// <summary>Reads <c>BTC/USDT</c> or <c>BTC-USDT</c>.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not two assets with a slash or a hyphen between them.</exception>
    public static Symbol Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/', '-') is [var @base, var quote] && IsAsset(@base) && IsAsset(quote)
            ? new Symbol(@base, quote)
            : throw new FormatException($"'{text}' is not a symbol such as BTC/USDT.");
    }

    /// <summary><c>BTC/USDT</c>.</summary>
    public override string ToString() => $"{Base}/{Quote}";

    private static string Asset(string value, string parameter) =>
        IsAsset(value) ? value.ToUpperInvariant() : throw new ArgumentException($"'{value}' is not an asset such as BTC.", parameter);

    private static bool IsAsset(string? value) => value is { Length: > 0 } && value.All(char.IsLetterOrDigit);
}
