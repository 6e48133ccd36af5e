using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Talking;

/// <summary>Eight producers share a connection, each awaits a send before its next; M/s.</summary>
internal abstract class SendContender(BlasterProcess blaster) : IContender
{
    private const int Producers = 8;

    private static readonly BlasterScript Script = new() { Mode = BlasterMode.Blackhole };

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var sender = await ConnectAsync(await blaster.UrlAsync(Script), cancellationToken);
        await RepeatAsync(sender, duration / 4);
        var started = Stopwatch.GetTimestamp();
        var sent = await RepeatAsync(sender, duration);
        return [sent / Stopwatch.GetElapsedTime(started).TotalMicroseconds];
    }

    protected abstract Task<ISender> ConnectAsync(Uri url, CancellationToken cancellationToken);

    private static async Task<long> RepeatAsync(ISender sender, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Producers).Select(_ => Task.Run(ProduceAsync)));
        return counts.Sum();

        async Task<long> ProduceAsync()
        {
            var payload = Payload.OfSize(Script.Size);
            long count = 0;
            do
            {
                await sender.SendAsync(payload);
                count++;
            }
            while (Stopwatch.GetElapsedTime(started) < duration);
            return count;
        }
    }
}

/// <summary>A connection that many producers may send on at once.</summary>
internal interface ISender : IAsyncDisposable
{
    ValueTask SendAsync(ReadOnlyMemory<byte> payload);
}
