using System.Diagnostics;
using AkkaWs.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AkkaWs.Tests.Telemetry;

/// <summary>Through the SDK of OpenTelemetry, as an operator would have it.</summary>
public sealed class OpenTelemetryTests : ConnectionTest
{
    [Fact]
    public async Task The_sdk_exports_the_metrics_of_a_connection()
    {
        var exported = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter("AkkaWs").AddView(Wide).AddInMemoryExporter(exported).Build();
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("otel-metrics"));
        await using var updates = await client.SubscribeAsync("tickers.BTC", Ct);
        await server.Connection.SendTextAsync("U|tickers.BTC|1", Ct);
        await client.RequestRawAsync(Request("hello"), Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetMetricsAsync(Ct)).UpdatesDelivered), Deadline);

        provider.ForceFlush();

        Assert.Equal((MetricType.LongSum, "{update}", 1L), Point(exported, "akkaws.updates.delivered", point => point.GetSumLong()));
        Assert.Equal((MetricType.LongGauge, "{epoch}", 1L), Point(exported, "akkaws.connection.epoch", point => point.GetGaugeLastValueLong()));
        Assert.Equal((MetricType.Histogram, "s", 1L), Point(exported, "akkaws.request.duration", point => point.GetHistogramCount()));
        Assert.Equal(MetricType.DoubleSum, exported.Single(metric => metric.Name == "akkaws.downtime").MetricType);
    }

    [Fact]
    public async Task The_sdk_exports_the_activities_of_a_connection()
    {
        var exported = new List<Activity>();
        var provider = Sdk.CreateTracerProviderBuilder().AddSource("AkkaWs").AddInMemoryExporter(exported).Build();
        await using var server = await LineServer.StartAsync();
        await using (var client = await ConnectAsync(server.Options("otel-traces")))
            await client.RequestRawAsync(Request("hello"), Ct);

        provider.Dispose(); // other tests' activities are exported until then

        var own = exported.Where(activity => "otel-traces".Equals(activity.GetTagItem("akkaws.connection"))).Select(activity => activity.OperationName);
        Assert.Equal(["connect", "request"], own);
    }

    // Other tests have thousands of connections meanwhile: more than the SDK's limit lets through.
    private static MetricStreamConfiguration Wide(System.Diagnostics.Metrics.Instrument instrument) =>
        instrument.Name is "akkaws.updates.delivered" or "akkaws.connection.epoch" or "akkaws.request.duration" or "akkaws.downtime"
            ? new MetricStreamConfiguration { CardinalityLimit = 30_000 }
            : MetricStreamConfiguration.Drop;

    private static (MetricType Type, string Unit, T Value) Point<T>(List<Metric> exported, string name, Func<MetricPoint, T> read)
    {
        var metric = exported.Single(metric => metric.Name == name);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            foreach (var (key, value) in point.Tags)
            {
                if (key == "connection" && "otel-metrics".Equals(value))
                    return (metric.MetricType, metric.Unit, read(point));
            }
        }

        throw new InvalidOperationException($"{name} has no point of this connection.");
    }
}
