using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>
/// From telling the server to reset the one connection until it is Ready and the subscriber has heard of every topic that it is live again;
/// median and 99th percentile in ms of the drops of a round.
/// </summary>
internal sealed class DropContender(BlasterProcess blaster, int topics) : IContender
{
    private const int Drops = 100;

    private static readonly TimeSpan StableAfter = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var fleet = new Fleet(await blaster.VenueAsync()) { StableAfter = StableAfter };
        var client = await fleet.OpenAsync(cancellationToken);
        var watch = RecoveryWatch.Start(fleet.System, fleet.System.EventStream);
        await Fleet.SubscribeAsync(client, watch, topics);
        var times = new List<double>(Drops);
        while (times.Count < Drops)
        {
            await Task.Delay(Pause, cancellationToken);
            var expected = Expect.New(ready: 1, restored: topics);
            watch.Tell(expected, Akka.Actor.ActorRefs.NoSender);
            var dropped = Stopwatch.GetTimestamp();
            await blaster.ResetVenueAsync();
            times.Add(Stopwatch.GetElapsedTime(dropped, await expected.Done.Task.WaitAsync(cancellationToken)).TotalMilliseconds);
            await Fleet.RequireTopicsAsync(client, topics);
        }

        times.Sort();
        return [Statistics.Median(times), Statistics.Percentile(times, 0.99)];
    }
}
