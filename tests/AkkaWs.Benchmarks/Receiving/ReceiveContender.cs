using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>
/// Receives a blast, each round on a connection of its own. Figures: millions of messages a second; bytes allocated per message beyond the payload's own
/// (negative where buffers are reused and nothing is kept); nanoseconds of processor time of this process per message.
/// </summary>
internal abstract class ReceiveContender(BlasterProcess blaster, BlasterScript script) : IContender
{
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = await StartAsync(await blaster.UrlAsync(script), script, stop.Token);
        await using (receiving)
        {
            var started = Stopwatch.GetTimestamp();
            while (!receiving.HasBegun)
            {
                if (Stopwatch.GetElapsedTime(started) > Beginning)
                    throw new TimeoutException($"{GetType().Name}: not every consumer had a message within {Beginning.TotalSeconds} s.");
                await Task.Delay(Poll, stop.Token);
            }

            await Task.Delay(duration / 4, stop.Token);
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var processor = Environment.CpuUsage.TotalTime;
            var (from, begin) = (receiving.Count, Stopwatch.GetTimestamp());
            await Task.Delay(duration, stop.Token);
            var (to, end) = (receiving.Count, Stopwatch.GetTimestamp());
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            processor = Environment.CpuUsage.TotalTime - processor;
            receiving.ThrowIfFailed();
            await stop.CancelAsync();
            var messages = (double)(to - from);
            return [messages / Stopwatch.GetElapsedTime(begin, end).TotalMicroseconds, (allocated / messages) - script.Size, processor.TotalNanoseconds / messages];
        }
    }

    protected async Task<IReceiving> StartAsync(CancellationToken stop) => await StartAsync(await blaster.UrlAsync(script), script, stop);

    /// <summary>Connects, asks for the updates and returns once receiving is under way.</summary>
    protected abstract Task<IReceiving> StartAsync(Uri url, BlasterScript script, CancellationToken stop);
}
