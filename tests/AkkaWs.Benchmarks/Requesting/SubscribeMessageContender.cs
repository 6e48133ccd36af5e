using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Requesting;

/// <summary>The generic handler builds subscribe messages of 100 topics; ns per topic.</summary>
internal sealed class SubscribeMessageContender : IContender
{
    private const int Topics = 100;

    public Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var handler = new GenericJsonHandler();
        Topic[] topics = [.. Enumerable.Range(0, Topics).Select(i => new Topic(PreparedFrames.TopicName(i)))];
        var id = handler.NextRequestId();
        Repeat(duration / 4);
        return Task.FromResult(new[] { Repeat(duration) });

        double Repeat(TimeSpan time)
        {
            long messages = 0;
            var started = Stopwatch.GetTimestamp();
            do
            {
                if (handler.BuildSubscribe(topics, id).Payload.Length < Topics)
                    throw new InvalidOperationException("The message is too short to name its topics.");
                messages++;
            }
            while (Stopwatch.GetElapsedTime(started) < time);
            return Stopwatch.GetElapsedTime(started).TotalNanoseconds / messages / Topics;
        }
    }
}
