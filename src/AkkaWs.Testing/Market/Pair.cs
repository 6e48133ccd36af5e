namespace AkkaWs.Testing;

/// <summary>What is traded for what.</summary>
internal sealed record Pair(string Base, string Quote)
{
    private static readonly string[] Quotes = ["USDT", "USDC", "USD", "BTC", "ETH", "EUR"];

    /// <summary>Reads a name in which nothing stands between the two, such as <c>BTCUSDT</c>; null if its end is no currency that is paid with.</summary>
    internal static Pair? Joined(string name) =>
        Array.Find(Quotes, quote => name.Length > quote.Length && name.EndsWith(quote, StringComparison.Ordinal)) is { } quote
            ? new Pair(name[..^quote.Length], quote)
            : null;
}
