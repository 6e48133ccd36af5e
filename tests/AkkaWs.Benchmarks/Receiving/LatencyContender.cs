using System.Net.WebSockets;
using Akka.Actor;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>
/// How long an update takes from the server's write to its consumer, at a paced rate: first to the framework's loop, then to actors, within one turn.
/// Figures in µs: median and 99th percentile of the bare loop, those of the actors, and the differences.
/// </summary>
internal sealed class LatencyContender(BlasterProcess blaster, int rate) : IContender
{
    private readonly BlasterScript _script = new() { Rate = rate };

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var url = await blaster.UrlAsync(_script);
        var bare = await MeasureBareAsync(url, duration, cancellationToken);
        var actors = await MeasureActorsAsync(duration, cancellationToken);
        return [bare.Median, bare.High, actors.Median, actors.High, actors.Median - bare.Median, actors.High - bare.High];
    }

    private static async Task<(double Median, double High)> MeasureBareAsync(Uri url, TimeSpan duration, CancellationToken cancellationToken)
    {
        var recorder = new AgeRecorder();
        using var socket = await Bare.ConnectAsync(url, cancellationToken);
        await socket.SendAsync(Bare.Go, WebSocketMessageType.Text, true, cancellationToken);
        var loop = ReceiveAsync();
        var result = await recorder.RecordAsync(duration, cancellationToken);
        socket.Abort();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return result;

        async Task ReceiveAsync()
        {
            var buffer = new byte[64 * 1024];
            while (true)
                recorder.Add(buffer.AsSpan(0, (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).Count));
        }
    }

    private async Task<(double Median, double High)> MeasureActorsAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var recorder = new AgeRecorder();
        await using var receiving = await new Actors(blaster, _script, recorder).ConnectAsync(cancellationToken);
        return await recorder.RecordAsync(duration, cancellationToken);
    }

    private sealed class Actors(BlasterProcess blaster, BlasterScript script, AgeRecorder recorder) : ClientContender(blaster, script)
    {
        public async Task<IReceiving> ConnectAsync(CancellationToken cancellationToken) => await StartAsync(cancellationToken);

        protected override Task<ISubscriber> SubscribeAsync(ActorSystem system, WebSocketClient client, Topic topic, int size)
        {
            var actor = system.ActorOf(Props.Create(() => new Subscriber(recorder)));
            client.Connection.Tell(new Subscribe([topic], actor), ActorRefs.NoSender);
            return Task.FromResult<ISubscriber>(new Counter(size));
        }
    }

    private sealed class Subscriber : ReceiveActor
    {
        public Subscriber(AgeRecorder recorder) => Receive<TopicUpdate>(update => recorder.Add(update.Payload.Span));
    }
}
