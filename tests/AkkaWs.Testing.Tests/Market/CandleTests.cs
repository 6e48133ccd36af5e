namespace AkkaWs.Testing.Tests;

public sealed class CandleTests
{
    [Theory]
    [InlineData("1", "2026-08-13T10:17:42Z", "2026-08-13T10:17:00Z", "2026-08-13T10:18:00Z")]
    [InlineData("15", "2026-08-13T10:17:42Z", "2026-08-13T10:15:00Z", "2026-08-13T10:30:00Z")]
    [InlineData("720", "2026-08-13T10:17:42Z", "2026-08-13T00:00:00Z", "2026-08-13T12:00:00Z")]
    [InlineData("D", "2026-08-13T10:17:42Z", "2026-08-13T00:00:00Z", "2026-08-14T00:00:00Z")]
    [InlineData("W", "2026-08-13T10:17:42Z", "2026-08-10T00:00:00Z", "2026-08-17T00:00:00Z")]
    [InlineData("M", "2026-02-13T10:17:42Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    public void Intervals_are_aligned_in_utc(string name, string now, string start, string next)
    {
        var interval = CandleInterval.Find(name)!;

        Assert.Equal(Time(start), interval.StartOf(Time(now)));
        Assert.Equal(Time(next), interval.StartAfter(Time(start)));
    }

    [Fact]
    public void An_unknown_interval_is_not_found() => Assert.Null(CandleInterval.Find("7"));

    [Fact]
    public void A_candle_holds_the_trades_of_its_interval_and_the_next_opens_at_its_close()
    {
        var instrument = new Instrument("XYZ", 100, 1, 2, 1);
        var candle = new Candle(CandleInterval.Find("1")!, lastTick: 100, now: 60_500);
        candle.Add(103, 10, instrument);
        candle.Add(98, 5, instrument);
        candle.Add(101, 5, instrument);

        Assert.Equal((100L, 103L, 98L, 101L, 20L, 2.025m), (candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.Turnover));
        Assert.Equal((60_000L, 119_999L), (candle.Start, candle.End));

        candle.Next(now: 120_001);

        Assert.Equal((101L, 101L, 101L, 101L, 0L, 120_000L), (candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.Start));
    }

    private static long Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
