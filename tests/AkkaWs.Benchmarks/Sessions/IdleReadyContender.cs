using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>
/// What one of 1,000 idle Ready connections holds, with the actor that subscribes its topics: bytes of managed heap, and bytes of resident memory
/// (heap, native memory and what the allocators waste; not the kernel's socket buffers). Each connection has had a pong by then, as one that idles
/// for longer has.
/// </summary>
internal sealed class IdleReadyContender(BlasterProcess blaster, int topics) : IContender
{
    private const int Unmeasured = 50;
    private const int Connections = 1_000;

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var fleet = new Fleet(await blaster.VenueAsync()) { PingInterval = PingInterval };
        var before = await OpenAsync(fleet, Unmeasured, cancellationToken);
        var after = await OpenAsync(fleet, Connections, cancellationToken);
        return [(after.Managed - before.Managed) / Connections, (after.Resident - before.Resident) / Connections];
    }

    private async Task<Heap> OpenAsync(Fleet fleet, int count, CancellationToken cancellationToken)
    {
        await fleet.OpenAsync(count, topics, cancellationToken);
        var pings = await blaster.VenuePingsAsync();
        while (await blaster.VenuePingsAsync() < pings + fleet.Clients.Count)
            await Task.Delay(Poll, cancellationToken);
        return await Heap.MeasureAsync(cancellationToken);
    }
}
