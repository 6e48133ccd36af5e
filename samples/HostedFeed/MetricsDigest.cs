using System.Globalization;
using System.Text.RegularExpressions;

namespace HostedFeed;

/// <summary>The five metrics that an operator looks at first, by connection, out of what Prometheus would scrape.</summary>
internal sealed partial class MetricsDigest(string scraped)
{
    private static readonly (string Title, string Metric, string Label)[] Shown =
    [
        ("messages received", "akkaws_messages_total", "receive"),
        ("updates delivered", "akkaws_updates_delivered_total", ""),
        ("requests answered", "akkaws_request_duration_seconds_count", "response"),
        ("reconnects", "akkaws_reconnects_total", ""),
        ("seconds not Ready", "akkaws_downtime_seconds_total", ""),
    ];

    public override string ToString()
    {
        var samples = Sample().Matches(scraped).Select(match => (
            Metric: match.Groups["metric"].Value,
            Labels: match.Groups["labels"].Value,
            Connection: Connection().Match(match.Groups["labels"].Value).Groups["name"].Value,
            Value: double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture))).ToList();
        var connections = samples.Select(sample => sample.Connection).Where(name => name.Length > 0).Distinct().Order().ToList();
        var lines = Shown.Select(shown => $"  {shown.Title,-18}" + string.Concat(connections.Select(connection => Cell(samples
            .Where(sample => sample.Metric == shown.Metric && sample.Connection == connection && sample.Labels.Contains(shown.Label, StringComparison.Ordinal))
            .Sum(sample => sample.Value)))));
        return $"metrics:            {string.Concat(connections.Select(connection => $"{connection,12}"))}\n{string.Join('\n', lines)}";
    }

    private static string Cell(double value) => $"{(value == 0 ? "none" : value.ToString("#,0.###", CultureInfo.InvariantCulture)),12}";

    [GeneratedRegex("""^(?<metric>\w+)\{(?<labels>.*)\} (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("connection=\"(?<name>[^\"]*)\"")]
    private static partial Regex Connection();
}
