using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using AkkaWs.Telemetry;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>What operators are given names only what there is.</summary>
public sealed partial class OperationsFilesTests
{
    [Fact]
    public void Every_metric_that_an_alert_names_exists()
    {
        var known = All.SelectMany(PrometheusNames).ToHashSet(StringComparer.Ordinal);
        var named = MetricName().Matches(File.ReadAllText(Repository.PathOf("config", "prometheus-alerts.yaml"))).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(named.Count >= 10);
        Assert.Empty(named.Except(known));
    }

    [Fact]
    public void Every_class_of_error_and_state_that_an_alert_names_exists()
    {
        var text = File.ReadAllText(Repository.PathOf("config", "prometheus-alerts.yaml"));
        var classes = Enum.GetValues<Errors.ErrorClass>().Select(of => Instruments.Tag(of).Value);
        var states = Enum.GetNames<Messages.ConnectionState>().Select(name => name.ToLowerInvariant());

        Assert.Empty(Labels(text, "error_class").Except(classes));
        Assert.Empty(Labels(text, "state").Except(states));
        Assert.NotEmpty(Labels(text, "state"));
    }

    [Fact]
    public void The_table_of_metrics_in_the_docs_is_the_meters()
    {
        var table = All.Select(Row).ToList();
        var page = File.ReadAllLines(Repository.PathOf("docs", "operating.md")).Where(line => MetricRow().IsMatch(line)).ToList();

        Assert.True(table.SequenceEqual(page), "docs/operating.md must have these rows:\n" + string.Join('\n', table));
    }

    [Fact]
    public void The_list_of_log_events_in_the_docs_is_the_librarys()
    {
        var table = LogEvents.All.OrderBy(kind => kind.Id).Select(kind => $"| {kind.Id} | {kind.Level.ToString().Replace("Level", "", StringComparison.Ordinal)} | `{kind.Name}` | {kind.Template} |").ToList();
        var page = File.ReadAllLines(Repository.PathOf("docs", "operating.md")).Where(line => EventRow().IsMatch(line)).ToList();

        Assert.True(table.SequenceEqual(page), "docs/operating.md must have these rows:\n" + string.Join('\n', table));
    }

    [Fact]
    public void The_collector_takes_metrics_and_traces()
    {
        var text = File.ReadAllText(Repository.PathOf("config", "otel-collector.yaml"));

        Assert.Contains("otlp", text, StringComparison.Ordinal);
        Assert.Contains("prometheus", text, StringComparison.Ordinal);
        Assert.Contains("traces:", text, StringComparison.Ordinal);
        Assert.Contains("metrics:", text, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Instrument> All { get; } = Published();

    private static List<Instrument> Published()
    {
        Instruments.Tag(Errors.ErrorClass.None);
        var published = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "AkkaWs")
                published.Add(instrument);
        };
        listener.Start();
        return [.. published.OrderBy(instrument => instrument.Name, StringComparer.Ordinal)];
    }

    private static string Row(Instrument instrument) =>
        $"| `{instrument.Name}` | {KindOf(instrument)} | {instrument.Unit} | `{PrometheusNames(instrument).First()}` | {instrument.Description} |";

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal).ToLowerInvariant();

    // As the specification of OpenTelemetry maps names to Prometheus.
    private static IEnumerable<string> PrometheusNames(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_') + unit;
        return KindOf(instrument) switch
        {
            "counter" => [name + "_total"],
            "histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    private static IEnumerable<string> Labels(string text, string label) =>
        Regex.Matches(text, $"""\b{label}=~?"([^"]+)" """.Trim()).SelectMany(match => match.Groups[1].Value.Split('|'));

    [GeneratedRegex(@"\bakkaws_[a-z_]+\b")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"^\| `akkaws\.[a-z._]+` \| (counter|gauge|histogram) \|")]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^\| \d{4} \|")]
    private static partial Regex EventRow();
}
