using Akka.Configuration;

namespace AkkaWs.Engine.Tests;

public sealed class ConfigValueTests
{
    private static Config A(string value) => ConfigurationFactory.ParseString("a = " + value);

    [Theory]
    [InlineData("5", 5)]
    [InlineData("1.5", 1.5)]
    [InlineData("5ms", 5)]
    [InlineData("5 milliseconds", 5)]
    [InlineData("5 millis", 5)]
    [InlineData("5s", 5_000)]
    [InlineData("5 s", 5_000)]
    [InlineData("\"5 s\"", 5_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1 second", 1_000)]
    [InlineData("2m", 120_000)]
    [InlineData("2 minutes", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("2 hours", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("5 micros", 0.005)]
    [InlineData("100 nanos", 0.0001)]
    [InlineData("infinite", -1)]
    public void A_duration_is_a_number_with_a_unit(string value, double milliseconds) =>
        Assert.Equal(milliseconds, A(value).GetTimeSpan("a").TotalMilliseconds);

    [Theory]
    [InlineData("-1")]
    [InlineData("-1s")]
    [InlineData("abc")]
    [InlineData("1 week")]
    [InlineData("5 S")]
    [InlineData("1h30m")]
    [InlineData("5 sec")]
    [InlineData("1us")]
    public void Another_duration_is_refused(string value) =>
        Assert.Throws<FormatException>(() => A(value).GetTimeSpan("a"));

    [Fact]
    public void An_infinite_duration_is_refused_where_it_is_not_allowed() =>
        Assert.Throws<FormatException>(() => A("infinite").GetTimeSpan("a", null, allowInfinite: false));

    [Theory]
    [InlineData("5", 5L)]
    [InlineData("5b", 5L)]
    [InlineData("10 bytes", 10L)]
    [InlineData("1k", 1024L)]
    [InlineData("1kB", 1000L)]
    [InlineData("1 KiB", 1024L)]
    [InlineData("2m", 2097152L)]
    [InlineData("2MB", 2000000L)]
    [InlineData("1 GiB", 1073741824L)]
    public void A_size_is_a_number_with_a_unit(string value, long bytes) => Assert.Equal(bytes, A(value).GetByteSize("a"));

    [Theory]
    [InlineData("1KB")]
    [InlineData("1.5kB")]
    [InlineData("abc")]
    public void Another_size_is_refused(string value) => Assert.Throws<FormatException>(() => A(value).GetByteSize("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void A_switch_is_on_or_off(string value, bool expected) => Assert.Equal(expected, A(value).GetBoolean("a", !expected));

    [Theory]
    [InlineData("yes")]
    [InlineData("True")]
    [InlineData("1")]
    public void Another_switch_is_refused(string value) => Assert.Throws<NotSupportedException>(() => A(value).GetBoolean("a"));

    [Fact]
    public void Numbers_are_read_in_their_types()
    {
        var config = ConfigurationFactory.ParseString("i = -3, l = 99999999999, d = 1e3, f = 1.5, m = 1.25, q = \"5\"");
        Assert.Equal(-3, config.GetInt("i"));
        Assert.Equal(99999999999, config.GetLong("l"));
        Assert.Equal(1000, config.GetDouble("d"));
        Assert.Equal(1.5f, config.GetFloat("f"));
        Assert.Equal(1.25m, config.GetDecimal("m"));
        Assert.Equal(5, config.GetInt("q"));
    }

    [Fact]
    public void A_number_that_is_none_or_too_large_is_refused()
    {
        Assert.Throws<FormatException>(() => A("1.5").GetInt("a"));
        Assert.Throws<FormatException>(() => A("abc").GetDouble("a"));
        Assert.Throws<OverflowException>(() => A("99999999999").GetInt("a"));
        Assert.Throws<FormatException>(() => A("[1, x]").GetIntList("a"));
    }

    [Fact]
    public void What_is_absent_has_the_default()
    {
        var config = ConfigurationFactory.ParseString("b = 1");
        Assert.Equal(0, config.GetInt("a"));
        Assert.Equal(4, config.GetInt("a", 4));
        Assert.True(config.GetBoolean("a", true));
        Assert.Equal("d", config.GetString("a", "d"));
        Assert.Equal("d", config.GetString("b.c", "d"));
        Assert.Equal(TimeSpan.Zero, config.GetTimeSpan("a"));
        Assert.Equal(TimeSpan.FromSeconds(2), config.GetTimeSpan("a", TimeSpan.FromSeconds(2)));
        Assert.Null(config.GetByteSize("a"));
        Assert.Equal(3, config.GetByteSize("a", 3));
        Assert.Equal(["q"], config.GetStringList("a", ["q"]));
        Assert.Null(config.GetConfig("a"));
        Assert.Null(config.GetValue("a"));
    }

    [Theory]
    [InlineData("a.b = 1", true)]
    [InlineData("a = null", true)]
    [InlineData("a = {}", true)]
    [InlineData("a = []", true)]
    [InlineData("b = 1", false)]
    public void A_path_exists_when_something_was_written_there(string hocon, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).HasPath("a"));

    [Fact]
    public void Objects_in_an_array_are_sections() =>
        Assert.Equal([1, 2], ConfigurationFactory.ParseString("a = [ { x = 1 }, { x = 2 } ]").GetValue("a").GetArray().Select(item => item.ToConfig().GetInt("x")));
}
