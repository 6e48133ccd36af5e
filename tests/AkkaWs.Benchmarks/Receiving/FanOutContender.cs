using Akka.Actor;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Client;
using AkkaWs.Primitives;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>So many actors subscribe one topic; ns for each delivery of an update to one of them.</summary>
internal sealed class FanOutContender(BlasterProcess blaster, int subscribers) : IContender
{
    private readonly Inner _inner = new(blaster, subscribers);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        [1_000 / (await _inner.MeasureAsync(duration, cancellationToken))[0]];

    // Deliveries are what it counts.
    private sealed class Inner(BlasterProcess blaster, int subscribers) : ClientContender(blaster, new BlasterScript { Topics = 1 })
    {
        protected override Task<ISubscriber> SubscribeAsync(ActorSystem system, WebSocketClient client, Topic topic, int size) =>
            Task.FromResult<ISubscriber>(new All([.. Enumerable.Range(0, subscribers).Select(_ => ActorsContender.Subscribe(system, client, topic, size, batched: false))]));
    }

    private sealed class All(Counter[] counters) : ISubscriber
    {
        public long Count => counters.Sum(counter => counter.Count);

        public Exception? Failure => Array.Find(counters, counter => counter.Failure is not null)?.Failure;
    }
}
