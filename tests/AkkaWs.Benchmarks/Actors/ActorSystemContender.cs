using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>A contender that runs in an actor system of its own.</summary>
internal abstract class ActorSystemContender : IContender
{
    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        try
        {
            return await MeasureAsync(system, duration);
        }
        finally
        {
            await system.Terminate();
        }
    }

    protected abstract Task<double[]> MeasureAsync(ActorSystem system, TimeSpan duration);
}
