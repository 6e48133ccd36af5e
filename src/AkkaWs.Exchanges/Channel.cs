namespace AkkaWs.Exchanges;

/// <summary>What kinds of public market data there are.</summary>
public enum ChannelKind
{
    /// <summary>Each trade.</summary>
    Trades = 1,

    /// <summary>Last price, best prices and the day's figures.</summary>
    Ticker,

    /// <summary>The order book.</summary>
    OrderBook,

    /// <summary>Candlesticks.</summary>
    Candles,
}

/// <summary>A kind of market data, independent of an exchange, each of which has its own name for it.</summary>
public sealed record Channel
{
    private Channel(ChannelKind kind) => Kind = kind;

    /// <summary>Each trade.</summary>
    public static Channel Trades { get; } = new(ChannelKind.Trades);

    /// <summary>Last price, best prices and the day's figures.</summary>
    public static Channel Ticker { get; } = new(ChannelKind.Ticker);

    /// <summary>Which it is.</summary>
    public ChannelKind Kind { get; }

    /// <summary>Of an order book: how many levels are wanted at least; 0 for other kinds.</summary>
    public int Depth { get; private init; }

    /// <summary>Of candles: how long one is; zero for other kinds.</summary>
    public TimeSpan Interval { get; private init; }

    /// <summary>The order book: the exchange's shallowest one that shows at least so many levels.</summary>
    /// <param name="depth">Levels per side, at least 1.</param>
    public static Channel OrderBook(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return new Channel(ChannelKind.OrderBook) { Depth = depth };
    }

    /// <summary>Candlesticks.</summary>
    /// <param name="interval">A minute to a day, of those that the exchange has.</param>
    public static Channel Candles(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMinutes(1));
        return new Channel(ChannelKind.Candles) { Interval = interval };
    }

    /// <summary>Kind, and depth or interval.</summary>
    public override string ToString() => Kind switch
    {
        ChannelKind.OrderBook => $"{Kind}({Depth})",
        ChannelKind.Candles => $"{Kind}({Interval})",
        _ => Kind.ToString(),
    };

    /// <summary>The smallest of the exchange's depths that shows as many levels as wanted.</summary>
    internal int DepthOf(string exchange, params ReadOnlySpan<int> depths)
    {
        foreach (var depth in depths)
        {
            if (depth >= Depth)
                return depth;
        }

        throw Unsupported(exchange);
    }

    /// <summary>The exchange's word for the interval.</summary>
    internal string IntervalOf(string exchange, IReadOnlyDictionary<int, string> minutes) =>
        Interval.Ticks % TimeSpan.TicksPerMinute == 0 && minutes.TryGetValue((int)Interval.TotalMinutes, out var word) ? word : throw Unsupported(exchange);

    internal NotSupportedException Unsupported(string exchange, string? hint = null) => new($"{exchange} has no {this}{(hint is null ? "" : $": {hint}")}.");
}
