using System.Globalization;
using AkkaWs.Messages;
using Spectre.Console;

namespace Quickstart;

/// <summary>What the topics brought as a table, and the checks that the quickstart passes or fails by. Pure: figures in, findings out.</summary>
internal static class Summary
{
    /// <summary>What the titles of <see cref="ToTable"/> mean.</summary>
    public const string Legend = """
        order   as sent: each number is the one that had to follow the last
        breaks  lost connections, each shown to the subscriber in its stream
        missed  updates lost with a connection; a snapshot replaces them
        p50     half of the updates took no longer from the socket to here
        """;

    public static Table ToTable(IReadOnlyList<TopicResult> topics)
    {
        var table = Screen.Table(
            ("topic", Justify.Left), ("updates", Justify.Right), ("order", Justify.Left), ("breaks", Justify.Right), ("missed", Justify.Right),
            ("p50", Justify.Right), ("p99", Justify.Right));
        foreach (var topic in topics)
        {
            table.AddRow(
                new Text(Screen.Shorten(topic.Topic)),
                new Text(Number(topic.Updates)),
                topic.InOrder ? new Text(topic.VenueNumbers ? "as sent" : "no numbers") : new Text("BROKEN", new Style(Color.Red)),
                new Text(Number(topic.Interruptions)),
                new Text(topic.MissedWhileDown is { } missed ? Number(missed) : "n/a"),
                new Text(Percentile(topic.Latencies, 0.5)),
                new Text(Percentile(topic.Latencies, 0.99)));
        }

        return table;
    }

    public static Check Updates(IReadOnlyList<TopicResult> topics, int interruptions)
    {
        var (flowed, asExpected) = (topics.Count(topic => topic.Updates > 0), topics.Count(topic => topic.Interruptions == interruptions));
        var breaks = interruptions switch { 0 => "not interrupted", 1 => "interrupted once", _ => $"interrupted {interruptions} times" };
        return new Check(
            flowed == topics.Count && asExpected == topics.Count,
            "updates",
            $"{Number(topics.Sum(topic => topic.Updates))} on {flowed} of {Count(topics.Count, "topic")}, {(asExpected == topics.Count ? "each" : $"only {asExpected}")} {breaks}");
    }

    public static Check Order(IReadOnlyList<TopicResult> topics)
    {
        var broken = topics.Where(topic => !topic.InOrder).ToList();
        return new Check(
            broken.Count == 0,
            "order",
            broken.Count == 0
                ? $"as sent, by the venue's own numbers on {topics.Count(topic => topic.VenueNumbers)} of {Count(topics.Count, "topic")}"
                : $"broken on {Screen.Shorten(broken[0].Topic)}{(broken.Count == 1 ? "" : $" and {broken.Count - 1} more")}");
    }

    public static Check Requests(IReadOnlyList<OrderResult> orders, int expected)
    {
        var answered = orders.Count(order => order.IsAnswered);
        return new Check(orders.Count == expected && answered == expected, "requests", $"{orders.Count} sent, {answered} answered, {orders.Count - answered} failed");
    }

    public static Check Recovery(Outage outage, ConnectionStatus status) => new(
        status.Reconnects == 1, "recovery", $"all topics flowing {Spans.Show(outage.Total)} after the kill, {Count(status.Reconnects, "reconnect")}");

    public static Check Messages(ConnectionStatus status, long updates) => new(
        status.UnknownMessages == 0 && status.MessagesReceived >= updates,
        "messages",
        $"{Number(status.MessagesReceived)} received, {Number(status.UnknownMessages)} of them not understood");

    public static Check Latency(IReadOnlyList<TopicResult> topics)
    {
        IReadOnlyList<TimeSpan> all = [.. topics.SelectMany(topic => topic.Latencies).Order()];
        return new Check(all.Count > 0, "latency", $"p50 {Percentile(all, 0.5)}, p99 {Percentile(all, 0.99)} from the socket to this program");
    }

    public static string Percentile(IReadOnlyList<TimeSpan> sorted, double share) =>
        sorted.Count == 0 ? "none" : Spans.Show(sorted[(int)Math.Ceiling(sorted.Count * share) - 1]);

    public static string Count(long number, string one) => number == 1 ? $"1 {one}" : $"{Number(number)} {one}s";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
