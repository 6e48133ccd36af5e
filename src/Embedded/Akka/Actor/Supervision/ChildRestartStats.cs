using System.Diagnostics;

namespace Akka.Actor.Internal;

/// <summary>How often a child was restarted, and since when it counts.</summary>
public class ChildRestartStats
{
    public ChildRestartStats(IInternalActorRef child, uint maxNrOfRetriesCount = 0, long restartTimeWindowStartTicks = 0)
    {
        Child = child;
        MaxNrOfRetriesCount = maxNrOfRetriesCount;
        RestartTimeWindowStartTicks = restartTimeWindowStartTicks;
    }

    public IInternalActorRef Child { get; }

    public long Uid => Child.Path.Uid;

    public uint MaxNrOfRetriesCount { get; private set; }

    public long RestartTimeWindowStartTicks { get; private set; }

    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        var windowed = withinTimeMilliseconds > 0;
        if (maxNrOfRetries < 0 && !windowed)
            return true;
        if (!windowed)
            return ++MaxNrOfRetriesCount <= maxNrOfRetries;

        // A window without a number allows one restart in it.
        var now = Stopwatch.GetTimestamp();
        if (RestartTimeWindowStartTicks == 0)
            RestartTimeWindowStartTicks = now;
        if (Stopwatch.GetElapsedTime(RestartTimeWindowStartTicks, now).TotalMilliseconds <= withinTimeMilliseconds)
            return ++MaxNrOfRetriesCount <= Math.Max(maxNrOfRetries, 1);
        MaxNrOfRetriesCount = 1;
        RestartTimeWindowStartTicks = now;
        return true;
    }
}
