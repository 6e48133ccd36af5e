using HostedFeed;

namespace AkkaWs.Samples.Tests.HostedFeed;

public sealed class MetricsDigestTests
{
    private const string Scraped = """
        # TYPE akkaws_messages_total counter
        akkaws_messages_total{otel_scope_name="AkkaWs",connection="public",direction="receive"} 12345 1700000000000
        akkaws_messages_total{otel_scope_name="AkkaWs",connection="public",direction="send"} 7 1700000000000
        akkaws_messages_total{otel_scope_name="AkkaWs",connection="private",direction="receive"} 99
        # TYPE akkaws_updates_delivered_total counter
        akkaws_updates_delivered_total{connection="public",topic="orderbook"} 1000
        akkaws_updates_delivered_total{connection="public",topic="trades"} 234
        akkaws_request_duration_seconds_bucket{connection="private",outcome="response",le="0.01"} 5
        akkaws_request_duration_seconds_count{connection="private",outcome="response"} 6
        akkaws_request_duration_seconds_count{connection="private",outcome="timeout"} 2
        akkaws_reconnects_total{connection="public"} 1
        akkaws_downtime_seconds_total{connection="public",cause="reset"} 0.0125
        process_cpu_seconds_total{mode="user"} 3
        """;

    [Fact]
    public void A_digest_has_a_line_for_each_of_five_metrics_and_a_column_for_each_connection() => Assert.Equal(
        [
            "metrics:                 private      public",
            "  messages received           99      12,345",
            "  updates delivered         none       1,234",
            "  requests answered            6        none",
            "  reconnects                none           1",
            "  seconds not Ready         none       0.013",
        ],
        new MetricsDigest(Scraped.ReplaceLineEndings("\n")).ToString().Split('\n'));

    [Fact]
    public void Where_nothing_is_scraped_the_titles_stand_alone() => Assert.Equal(
        ["metrics:", "  messages received", "  updates delivered", "  requests answered", "  reconnects", "  seconds not Ready"],
        new MetricsDigest("").ToString().Split('\n').Select(line => line.TrimEnd()));
}
