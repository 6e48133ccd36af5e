namespace AkkaWs.Testing;

/// <summary>What the address of a connection says: which API, which route of USD-margined futures, which streams it begins with.</summary>
internal sealed record BinancePath(string Path, string Query)
{
    private const string Private = "private";

    /// <summary>Whether it is the WebSocket API.</summary>
    internal bool IsApi => Path.StartsWith("/ws-", StringComparison.Ordinal);

    /// <summary>Whether messages are plain events, without the name of the stream around them.</summary>
    internal bool IsRaw => Path.Split('/').Contains("ws");

    /// <summary>The route: <c>public</c>, which an address without one has as well, <c>market</c> or <c>private</c>.</summary>
    internal string Route => Path.Split('/') is [_, "market" or Private, ..] parts ? parts[1] : "public";

    /// <summary>
    /// The streams that the address names: <c>/stream?streams=a/b</c>, <c>/ws/a/b</c>, and <c>?listenKey=KEY&amp;events=A/B</c> of the private route.
    /// </summary>
    internal IEnumerable<string> Streams => Route == Private ? AccountStreams
        : Path.Split('/').SkipWhile(part => part != "ws").Skip(1).Concat(Named("streams")).Where(stream => stream.Length > 0);

    // Several keys, each with its events behind it; without events it is all of them.
    private IEnumerable<string> AccountStreams => Fields
        .Zip(Fields.Skip(1).Append(default))
        .Where(pair => pair.First.Name == "listenKey")
        .SelectMany(pair => pair.Second.Name == "events" ? pair.Second.Value.Split('/').Select(name => $"{pair.First.Value}@{name}") : [pair.First.Value]);

    private IEnumerable<(string Name, string Value)> Fields =>
        from part in Query.Split('&')
        let end = part.IndexOf('=', StringComparison.Ordinal)
        where end > 0
        select (part[..end], Uri.UnescapeDataString(part[(end + 1)..]));

    /// <summary>The route that brings a stream of USD-margined futures; null: Binance has no such stream, and confirms it all the same.</summary>
    internal static string? RouteOf(string stream)
    {
        var parts = stream.Split('@');
        if (!stream.StartsWith('!') && (parts.Length == 1 || char.IsAsciiLetterUpper(parts[1].FirstOrDefault()) || parts[1] == "listenKeyExpired"))
            return Private;
        var kind = (stream.StartsWith('!') ? parts[0][1..] : parts[1]).Split('_')[0].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return kind switch
        {
            "bookTicker" or "depth" or "rpiDepth" or "trade" => "public",
            "aggTrade" or "kline" or "continuousKline" or "markPrice" or "ticker" or "miniTicker" => "market",
            "forceOrder" or "contractInfo" or "compositeIndex" or "assetIndex" => "market",
            _ => null,
        };
    }

    private IEnumerable<string> Named(string name) => Fields.Where(field => field.Name == name).SelectMany(field => field.Value.Split('/'));
}
