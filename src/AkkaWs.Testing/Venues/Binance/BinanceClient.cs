namespace AkkaWs.Testing;

/// <summary>What Binance remembers of a connection.</summary>
internal sealed class BinanceClient(BinancePath path)
{
    private readonly Queue<long> _times = new();

    internal BinancePath Path => path;

    /// <summary>Streams of other routes: confirmed, and never sent.</summary>
    internal HashSet<string> Silent { get; } = [];

    /// <summary>Whether this message is one too many within a second; times are Unix milliseconds.</summary>
    internal bool IsTooOften(long now, int maxPerSecond)
    {
        _times.Enqueue(now);
        return _times.Count > maxPerSecond && now - _times.Dequeue() < 1_000;
    }
}
