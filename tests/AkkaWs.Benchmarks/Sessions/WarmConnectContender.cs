using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>From asking for a new connection until it is Ready, in a process that has made many; the median in ms.</summary>
internal sealed class WarmConnectContender(BlasterProcess blaster) : IContender
{
    private const int Unmeasured = 20;
    private const int Fewest = 50;

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var fleet = new Fleet(await blaster.VenueAsync());
        for (var i = 0; i < Unmeasured; i++)
            await fleet.OpenAsync(cancellationToken);
        var times = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        while (times.Count < Fewest || Stopwatch.GetElapsedTime(begun) < duration)
        {
            var asked = Stopwatch.GetTimestamp();
            await fleet.OpenAsync(cancellationToken);
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return [Statistics.Median(times)];
    }
}
