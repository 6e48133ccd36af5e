using AkkaWs.Primitives;

namespace AkkaWs.Tests.Primitives;

public sealed class ReadableTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.0003101, "310.1 µs")]
    [InlineData(0.0015, "1.5 ms")]
    [InlineData(0.012, "12 ms")]
    [InlineData(0.9996, "1 s")]
    [InlineData(5, "5 s")]
    [InlineData(25.94, "25.9 s")]
    [InlineData(59.97, "1 min")]
    [InlineData(725, "12 min 5 s")]
    [InlineData(3_599.6, "1 h")]
    [InlineData(10_800, "3 h")]
    [InlineData(86_395, "1 d")]
    [InlineData(187_200, "2 d 4 h")]
    [InlineData(-0.012, "-12 ms")]
    public void A_duration_has_the_one_or_two_units_that_matter(double seconds, string expected) =>
        Assert.Equal(expected, Readable.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(162, "162 B")]
    [InlineData(10_342, "10.1 KiB")]
    [InlineData(33_554_432, "32 MiB")]
    [InlineData(3_221_225_472, "3 GiB")]
    public void A_size_is_in_the_greatest_unit_that_it_fills(long bytes, string expected) => Assert.Equal(expected, Readable.Size(bytes));

    [Theory]
    [InlineData(0, "0 topics")]
    [InlineData(1, "1 topic")]
    [InlineData(12_345, "12,345 topics")]
    public void A_count_has_its_noun_in_the_right_number(long number, string expected) => Assert.Equal(expected, Readable.Count(number, "topic"));

    [Fact]
    public void A_list_names_the_first_few()
    {
        Assert.Equal("", Readable.List<string>([]));
        Assert.Equal("a, b, c", Readable.List(["a", "b", "c"]));
        Assert.Equal("a, b, c and 2 more", Readable.List(["a", "b", "c", "d", "e"]));
    }

    [Fact]
    public void Words_that_are_too_long_are_cut()
    {
        Assert.Equal("abc", Readable.Shorten("abc", 3));
        Assert.Equal("ab…", Readable.Shorten("abcd", 3));
    }
}
