using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>
/// The processor time that keeping many idle connections Ready takes, in % of one core, over one whole ping interval, so that each connection pings
/// once in it; and the bytes of resident memory of each at the end. Measured once: opening them takes longer than measuring.
/// </summary>
internal sealed class ManyReadyContender(BlasterProcess blaster, int connections) : IContender
{
    private const int SpareFiles = 500;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingInterval = new Options.HeartbeatOptions().PingInterval;

    public int? Rounds => 1;

    public TimeSpan Patience => TimeSpan.FromMinutes(5);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        OpenFiles.Require(connections + SpareFiles);
        var before = await Heap.MeasureAsync(cancellationToken);
        await using var fleet = new Fleet(await blaster.VenueAsync());
        await fleet.OpenAsync(connections, topics: 0, cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var epochs = fleet.Clients.ToDictionary(c => c.Name, c => c.Epoch);
        var pings = await blaster.VenuePingsAsync();
        var (processor, begun) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Task.Delay(duration > PingInterval ? duration : PingInterval, cancellationToken);
        var (used, elapsed) = (Environment.CpuUsage.TotalTime - processor, Stopwatch.GetElapsedTime(begun));
        pings = await blaster.VenuePingsAsync() - pings;
        var due = elapsed / PingInterval * connections;
        if (pings < 0.9 * due)
            throw new InvalidOperationException($"{pings} pings were answered where {due:F0} were due.");
        if (fleet.Clients.FirstOrDefault(c => !c.IsConnected || c.Epoch != epochs[c.Name]) is { } lost)
            throw new InvalidOperationException($"{lost.Name} did not stay Ready: it is {lost.State}, epoch {lost.Epoch}.");
        var after = await Heap.MeasureAsync(cancellationToken);
        return [100 * used / elapsed, (after.Resident - before.Resident) / connections];
    }
}
