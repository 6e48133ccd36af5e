using System.Buffers.Text;
using System.Diagnostics;
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
        var recorder = new Recorder();
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
        var recorder = new Recorder();
        await using var receiving = await new Actors(blaster, _script, recorder).ConnectAsync(cancellationToken);
        return await recorder.RecordAsync(duration, cancellationToken);
    }

    private sealed class Actors(BlasterProcess blaster, BlasterScript script, Recorder recorder) : ClientContender(blaster, script)
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
        public Subscriber(Recorder recorder) => Receive<TopicUpdate>(update => recorder.Add(update.Payload.Span));
    }

    /// <summary>Notes how old updates are; from any thread.</summary>
    private sealed class Recorder
    {
        private readonly long[] _ages = new long[1 << 20];
        private int _count;
        private volatile bool _records;

        public void Add(ReadOnlySpan<byte> update)
        {
            var now = Stopwatch.GetTimestamp();
            if (!_records || !Utf8Parser.TryParse(update.Slice(update.Length - PreparedFrames.StampFromEnd, PreparedFrames.StampLength), out long sent, out _, 'x'))
                return;
            var place = Interlocked.Increment(ref _count) - 1;
            if (place < _ages.Length)
                _ages[place] = now - sent;
        }

        public async Task<(double Median, double High)> RecordAsync(TimeSpan duration, CancellationToken cancellationToken)
        {
            await Task.Delay(duration / 2, cancellationToken);
            _records = true;
            await Task.Delay(duration, cancellationToken);
            _records = false;
            double[] ages = [.. _ages.Take(_count).Select(age => Stopwatch.GetElapsedTime(0, age).TotalMicroseconds).Order()];
            return ages.Length > 0
                ? (Statistics.Percentile(ages, 0.5), Statistics.Percentile(ages, 0.99))
                : throw new InvalidOperationException("No update arrived.");
        }
    }
}
