using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Quickstart;

/// <summary>One line a topic: its prices, how many updates came a second since the last drawing, and how old the latest is.</summary>
internal sealed class LiveTable(IReadOnlyList<TopicMeter> meters)
{
    private readonly long[] _counts = [.. meters.Select(meter => meter.Count)];
    private long _drawn = Stopwatch.GetTimestamp();

    public Table Draw()
    {
        var (seconds, now) = (Stopwatch.GetElapsedTime(_drawn).TotalSeconds, Stopwatch.GetTimestamp());
        var table = Screen.Table(
            ("topic", Justify.Left), ("bid", Justify.Right), ("ask", Justify.Right), ("last", Justify.Right), ("updates/s", Justify.Right), ("age", Justify.Right));
        foreach (var (index, meter) in meters.Index())
        {
            var count = meter.Count;
            table.AddRow(Row(meter.Topic.Value, meter.Quote, (count - _counts[index]) / seconds, meter.Age));
            _counts[index] = count;
        }

        _drawn = now;
        return table;
    }

    internal static Text[] Row(string topic, Quote quote, double rate, TimeSpan? age) =>
    [
        new(Screen.Shorten(topic)),
        new(Prices.Show(quote.Bid), new Style(Color.Green)),
        new(Prices.Show(quote.Ask), new Style(Color.Red)),
        new(Prices.Show(quote.Last)),
        new(rate.ToString("N0", CultureInfo.InvariantCulture)),
        new(age is { } known ? Spans.Show(known) : "none", age > TimeSpan.FromSeconds(1) ? new Style(Color.Yellow) : Style.Plain),
    ];
}
