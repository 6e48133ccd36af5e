namespace AkkaWs.Benchmarks.Tests;

public sealed class ArgumentsTests
{
    [Fact]
    public void Options_may_stand_anywhere_between_the_words()
    {
        var arguments = Arguments.Parse(["compare", "--rounds", "7", "actors", "--seconds", "0.5", "--json", "out.json", "wire"]);

        Assert.Equal(["compare", "actors", "wire"], arguments.Words);
        Assert.Equal(7, arguments.Rounds);
        Assert.Equal(TimeSpan.FromSeconds(0.5), arguments.Duration);
        Assert.Equal("out.json", arguments.JsonFile);
    }

    [Theory]
    [InlineData("--rounds", "4")]
    [InlineData("--rounds", "many")]
    [InlineData("--seconds", "0.01")]
    [InlineData("--seconds", "601")]
    [InlineData("--seconds")]
    [InlineData("--unknown", "1")]
    public void An_option_that_cannot_be_used_is_named(params string[] option) =>
        Assert.Contains(option[0], Assert.Throws<UsageException>(() => Arguments.Parse(["compare", .. option])).Message, StringComparison.Ordinal);
}
