using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Talking;

/// <summary>One message at a time goes out and comes back: figures are the median and the 99th percentile of the round trip in µs.</summary>
internal abstract class EchoContender(BlasterProcess blaster) : IContender
{
    private static readonly BlasterScript Script = new() { Mode = BlasterMode.Echo };

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var caller = await ConnectAsync(await blaster.UrlAsync(Script), cancellationToken);
        await RepeatAsync(caller, duration / 4);
        var times = await RepeatAsync(caller, duration);
        times.Sort();
        return [Statistics.Percentile(times, 0.5), Statistics.Percentile(times, 0.99)];
    }

    protected abstract Task<ICaller> ConnectAsync(Uri url, CancellationToken cancellationToken);

    private static async Task<List<double>> RepeatAsync(ICaller caller, TimeSpan duration)
    {
        var payload = Payload.OfSize(Script.Size);
        var times = new List<double>(1 << 18);
        var started = Stopwatch.GetTimestamp();
        long now;
        do
        {
            var sent = Stopwatch.GetTimestamp();
            await caller.CallAsync(payload);
            now = Stopwatch.GetTimestamp();
            times.Add(Stopwatch.GetElapsedTime(sent, now).TotalMicroseconds);
        }
        while (Stopwatch.GetElapsedTime(started, now) < duration);
        return times;
    }
}

/// <summary>A connection that sends a message and waits for its echo.</summary>
internal interface ICaller : IAsyncDisposable
{
    ValueTask CallAsync(ReadOnlyMemory<byte> payload);
}
