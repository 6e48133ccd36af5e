using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Primitives;

public sealed class TopicTests
{
    [Fact]
    public void Topics_are_equal_when_their_names_are_to_the_letter()
    {
        Assert.Equal(new Topic("tickers.BTCUSDT"), (Topic)"tickers.BTCUSDT");
        Assert.NotEqual(new Topic("tickers.BTCUSDT"), (Topic)"tickers.btcusdt");
        Assert.Equal(new Topic("a").GetHashCode(), ((Topic)string.Concat("", "a")).GetHashCode());
    }

    [Fact]
    public void Topics_sort_ordinally()
    {
        Topic[] topics = ["b", "a", "B", "aa"];

        Assert.Equal(["B", "a", "aa", "b"], topics.Order().Select(topic => topic.Value));
        Assert.True(new Topic("B") < new Topic("a"));
        Assert.True(new Topic("a") <= new Topic("a"));
        Assert.True(new Topic("b") > new Topic("a"));
        Assert.True(new Topic("a") >= new Topic("a"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\t")]
    public void A_topic_is_never_empty(string? name) => Assert.ThrowsAny<ArgumentException>(() => new Topic(name!));

    [Fact]
    public void Everything_is_one_topic_and_no_other_is_it()
    {
        Assert.True(Topic.Everything.IsEverything);
        Assert.False(new Topic("tickers.*").IsEverything);
        Assert.False(default(Topic).IsEverything);
    }

    [Fact]
    public void In_JSON_a_topic_is_a_string()
    {
        Assert.Equal("\"tickers.BTCUSDT\"", JsonSerializer.Serialize(new Topic("tickers.BTCUSDT")));
        Assert.Equal(new Topic("tickers.BTCUSDT"), JsonSerializer.Deserialize<Topic>("\"tickers.BTCUSDT\""));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    [InlineData("null")]
    [InlineData("[]")]
    public void JSON_that_is_no_topic_is_a_JSON_error(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Topic>(json));
}
