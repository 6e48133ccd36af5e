using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>From telling the server to reset all connections at once until every one is Ready again; ms.</summary>
internal sealed class MassDropContender(BlasterProcess blaster, int connections) : IContender
{
    private static readonly TimeSpan StableAfter = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var fleet = new Fleet(await blaster.VenueAsync()) { StableAfter = StableAfter };
        await fleet.OpenAsync(connections, topics: 0, cancellationToken);
        var watch = RecoveryWatch.Start(fleet.System, fleet.System.EventStream);
        await Task.Delay(Pause, cancellationToken);
        var expected = Expect.New(ready: connections, restored: 0);
        watch.Tell(expected, Akka.Actor.ActorRefs.NoSender);
        var dropped = Stopwatch.GetTimestamp();
        await blaster.ResetVenueAsync();
        var recovered = await expected.Done.Task.WaitAsync(cancellationToken);
        foreach (var client in fleet.Clients)
            await Fleet.RequireTopicsAsync(client, topics: 0);
        return [Stopwatch.GetElapsedTime(dropped, recovered).TotalMilliseconds];
    }
}
