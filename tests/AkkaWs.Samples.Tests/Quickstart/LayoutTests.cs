using Quickstart;
using Spectre.Console;
using Spectre.Console.Rendering;
using Spectre.Console.Testing;

namespace AkkaWs.Samples.Tests.Quickstart;

public sealed class LayoutTests
{
    // Far wider than anything that is shown: there nothing has a reason to wrap.
    private const int Unlimited = 500;

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void Nothing_that_is_shown_wraps(int columns)
    {
        Assert.All(Shown(), shown =>
        {
            var (lines, expected) = (Lines(shown, columns), Lines(shown, Unlimited));

            Assert.NotEmpty(lines);
            Assert.Equal(expected, lines);
            Assert.All(lines, line => Assert.InRange(line.Length, 0, columns));
        });
    }

    [Fact]
    public void A_line_that_is_too_long_would_be_found()
    {
        var tooLong = new Verdict([new Check(true, "updates", string.Join(' ', Enumerable.Repeat("word", 20)))]).ToTable();

        Assert.NotEqual(Lines(tooLong, Unlimited), Lines(tooLong, 80));
    }

    [Theory]
    [InlineData(0.0000312, "31 µs")]
    [InlineData(0.00099996, "1.0 ms")]
    [InlineData(0.0123, "12 ms")]
    [InlineData(0.9997, "1.0 s")]
    [InlineData(59.7, "60 s")]
    [InlineData(5_400, "90 min")]
    public void A_time_is_shown_in_the_unit_that_fits(double seconds, string expected) => Assert.Equal(expected, Spans.Show(TimeSpan.FromSeconds(seconds)));

    private static IEnumerable<IRenderable> Shown()
    {
        var live = Screen.Table(
            ("topic", Justify.Left), ("bid", Justify.Right), ("ask", Justify.Right), ("last", Justify.Right), ("updates/s", Justify.Right), ("age", Justify.Right));
        live.AddRow(LiveTable.Row("orderbook.50.BTCUSDT", Samples.Quote, 123_456, TimeSpan.FromMilliseconds(999)));
        live.AddRow(LiveTable.Row("a.topic.with.a.very.long.name.indeed.BTCUSDT", Samples.Quote, 1, null));
        yield return live;
        yield return Orders.ToTable([Samples.Order, Samples.Refused]);
        yield return Samples.Outage.ToTable();
        yield return Summary.ToTable([Samples.Topic, Samples.Topic with { InOrder = false, MissedWhileDown = null }, Samples.Topic with { VenueNumbers = false }]);
        yield return new Text(Summary.Legend);
        yield return VerdictTests.Judge([Samples.Topic, Samples.Topic], [Samples.Order, Samples.Refused]).ToTable();
        yield return VerdictTests.Judge([Samples.Topic with { InOrder = false }, Samples.Topic with { InOrder = false }], []).ToTable();
        yield return CaptureRun.Judge(1_234_567, 1_234_567, 2, TimeSpan.FromSeconds(9)).ToTable();
    }

    private static List<string> Lines(IRenderable shown, int columns)
    {
        using var console = new TestConsole().Width(columns);
        console.Write(shown);
        // Without the line below the titles, and what pads a cell: both are as wide as the table.
        return [.. console.Lines.Select(line => line.TrimEnd()).Where(line => line.Trim('─').Length > 0)];
    }
}
