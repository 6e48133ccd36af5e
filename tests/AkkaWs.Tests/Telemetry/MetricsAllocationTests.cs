using System.Diagnostics;
using System.Diagnostics.Metrics;
using AkkaWs.Options;
using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Telemetry;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>Alone: listeners of other tests are called on the thread that measures.</summary>
[Collection(Alone.Name)]
public sealed class MetricsAllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Measuring_a_batch_allocates_nothing(bool someoneListens)
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, published) =>
        {
            if (someoneListens && instrument.Meter.Name == Instruments.Name)
                published.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        var telemetry = new ConnectionTelemetry(new TelemetryOptions { LatencyBudget = TimeSpan.FromTicks(1) }, "system", "allocation");
        var meter = telemetry.Batches!;
        Observe(meter, 10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Observe(meter, 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(10_010 * 100, meter.Latency!.Updates);
    }

    private static void Observe(BatchMeter meter, int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            var now = Stopwatch.GetTimestamp();
            meter.Understood(messages: 120, begunAt: now);
            meter.Observe(messages: 120, delivered: 100, receivedAt: now - 1_000, begunAt: now);
        }
    }
}
