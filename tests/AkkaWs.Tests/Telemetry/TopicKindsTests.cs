using System.Globalization;
using AkkaWs.Telemetry;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

public sealed class TopicKindsTests
{
    [Fact]
    public void However_many_kinds_a_handler_names_metrics_have_few()
    {
        var kinds = new TopicKinds();

        var counted = Enumerable.Range(0, 10_000).Select(i => kinds.Of(i.ToString("x", CultureInfo.InvariantCulture))).ToHashSet();

        Assert.Equal(TopicKinds.Most + 1, counted.Count);
        Assert.Contains(TopicKinds.Other, counted);
        Assert.Equal("0", kinds.Of("0"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1")]
    [InlineData("a b")]
    [InlineData("käse")]
    [InlineData("a\nb")]
    public void What_may_be_a_key_is_no_kind(string? named) => Assert.Equal(TopicKinds.Other, new TopicKinds().Of(named));

    [Theory]
    [InlineData("orderbook.50.BTCUSDT", "orderbook")]
    [InlineData("tickers:BTC-USDT", "tickers")]
    [InlineData("btcusdt@depth20@100ms", "depth20")]
    [InlineData("btcusdt@trade", "trade")]
    [InlineData("pqia91ma19a5s61cv6a81va65sdf19v8", "")]
    public void A_handler_takes_the_kind_from_the_topic(string topic, string kind) => Assert.Equal(kind, new LineProtocol().TopicKindOf(topic));
}
