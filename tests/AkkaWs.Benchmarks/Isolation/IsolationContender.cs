using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Benchmarks.Receiving;
using AkkaWs.Benchmarks.Talking;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Isolation;

/// <summary>
/// What others notice of subscribers that do not keep up, with default options: requests go round one at a time and one subscriber notes how old its updates
/// are, first alone on a connection, then beside a subscriber that stands still and one that reads a tenth of what comes, within one turn. Figures in µs, 99th
/// percentiles: round trip alone, beside them, the difference; age alone, beside them, the difference.
/// </summary>
internal sealed class IsolationContender(BlasterProcess blaster) : IContender
{
    private const int Rate = 10_000;
    private const int SlowPerPause = 10;

    private static readonly TimeSpan SlowPause = TimeSpan.FromSeconds(SlowPerPause * 10.0 / Rate);

    private readonly BlasterScript _script = new() { Mode = BlasterMode.BlastAndEcho, Rate = Rate };

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var alone = await MeasureAsync(duration, isAlone: true, cancellationToken);
        var beside = await MeasureAsync(duration, isAlone: false, cancellationToken);
        return [alone.RoundTrip, beside.RoundTrip, beside.RoundTrip - alone.RoundTrip, alone.Age, beside.Age, beside.Age - alone.Age];
    }

    private async Task<(double RoundTrip, double Age)> MeasureAsync(TimeSpan duration, bool isAlone, CancellationToken cancellationToken)
    {
        using var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        var handler = new GenericJsonHandler(new GenericJsonOptions { ConfirmsSubscriptions = false });
        var options = new WebSocketClientOptions { Name = "bench", Url = await blaster.UrlAsync(_script) };
        await using var client = await WebSocketClient.ConnectAsync(system, options, handler, cancellationToken);
        IReadOnlyList<Topic> topics = [.. Enumerable.Range(0, _script.Topics).Select(i => new Topic(PreparedFrames.TopicName(i)))];
        if (!isAlone)
        {
            await client.SubscribeAsync(topics, SubscribeOptions.Default, cancellationToken); // and never read
            _ = ReadSlowlyAsync(await client.SubscribeAsync(topics, SubscribeOptions.Default, cancellationToken));
        }

        var ages = new AgeRecorder();
        var watching = WatchAsync(await client.SubscribeAsync(topics, SubscribeOptions.Default, cancellationToken), ages);
        var asking = AskAsync(client, duration);
        var (_, age) = await ages.RecordAsync(duration, cancellationToken);
        var roundTrip = await asking;
        var status = await client.GetStatusAsync(cancellationToken);
        if (watching.IsCompleted || status.LaggedSubscriptions > 0)
            throw new InvalidOperationException($"A subscription ended while it was measured: {status}", watching.Exception?.InnerException);
        return (roundTrip, age);
    }

    private static async Task WatchAsync(TopicSubscription updates, AgeRecorder ages)
    {
        await foreach (var update in updates)
            ages.Add(update.Payload.Span);
    }

    private static async Task ReadSlowlyAsync(TopicSubscription updates)
    {
        var read = 0;
        await foreach (var update in updates)
        {
            if (++read % SlowPerPause == 0)
                await Task.Delay(SlowPause);
        }
    }

    private async Task<double> AskAsync(WebSocketClient client, TimeSpan duration)
    {
        var request = new Request(Payload.OfSize(_script.Size));
        await RepeatAsync(duration / 2);
        var times = await RepeatAsync(duration);
        times.Sort();
        return Statistics.Percentile(times, 0.99);

        async Task<List<double>> RepeatAsync(TimeSpan time)
        {
            var taken = new List<double>(1 << 16);
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var sent = Stopwatch.GetTimestamp();
                await client.RequestRawAsync(request);
                taken.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
            }

            return taken;
        }
    }
}
