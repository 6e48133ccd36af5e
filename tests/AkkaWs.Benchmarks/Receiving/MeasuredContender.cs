using System.Diagnostics.Metrics;
using Akka.Actor;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Client;
using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>Batched actors whose connection measures itself, or does not.</summary>
internal sealed class MeasuredContender(BlasterProcess blaster, BlasterScript script, bool measures) : ClientContender(blaster, script)
{
    protected override WebSocketClientOptions Configure(WebSocketClientOptions options) =>
        options with { Telemetry = new TelemetryOptions { Metrics = measures, Traces = measures } };

    protected override Task<ISubscriber> SubscribeAsync(ActorSystem system, WebSocketClient client, Topic topic, int size) =>
        Task.FromResult<ISubscriber>(ActorsContender.Subscribe(system, client, topic, size, batched: true));
}

/// <summary>Another contender while somebody listens to every instrument of the meter, as an exporter does.</summary>
internal sealed class ListenedContender(IContender inner) : IContender
{
    private double _sum;

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, published) =>
        {
            if (instrument.Meter.Name == "AkkaWs")
                published.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => _sum += value);
        listener.Start();
        return await inner.MeasureAsync(duration, cancellationToken);
    }
}
