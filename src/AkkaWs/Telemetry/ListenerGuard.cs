using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Telemetry;

/// <summary>
/// Stands between a connection and who listens to its instruments and activities. Listeners are user code that runs where something is measured: what they throw
/// is counted and told, and costs nobody anything. Thread-safe.
/// </summary>
internal sealed class ListenerGuard
{
    private long _errors;

    /// <summary>Is told of the 1st, 2nd, 4th, 8th … error.</summary>
    public IActorRef Owner { get; set; } = ActorRefs.Nobody;

    public void Record(Histogram<double> histogram, double value, KeyValuePair<string, object?>[] tags)
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception e)
        {
            Report(e);
        }
    }

    /// <summary>A listener threw.</summary>
    public void Report(Exception error)
    {
        var errors = Interlocked.Increment(ref _errors);
        if (long.IsPow2(errors))
            Owner.Tell(new ListenerFailed(error, errors), ActorRefs.NoSender);
    }
}

/// <summary>A listener of instruments or activities threw, not for the first time where <paramref name="Errors"/> is above 1.</summary>
internal sealed record ListenerFailed(Exception Error, long Errors) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
