using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>Decides when a physical connection is due for replacement. Pure.</summary>
internal static class RotationPolicy
{
    /// <summary>Nothing is lost by waiting, as long as the old connection lives.</summary>
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    /// <summary>When the connection should be replaced; null: never. Always after <paramref name="connectedAt"/>.</summary>
    /// <param name="connectedAt">When it was made.</param>
    /// <param name="options">The policy's figures.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1.</param>
    public static DateTimeOffset? DueAt(DateTimeOffset connectedAt, RotationOptions options, double chance)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Jitter only shortens: a venue's limit is an upper bound.
        DateTimeOffset? byAge = options.Interval is { } interval ? connectedAt + interval * (1 - options.Jitter * chance) : null;
        DateTimeOffset? byTime = options.DailyAt is { } time ? NextWindow(connectedAt, time) + options.DailyWindow * chance : null;
        return byTime is null || byAge < byTime ? byAge : byTime;
    }

    /// <summary>
    /// How long to wait after a rotation that failed, before the next: no less than a lost connection would wait after the same error, so that a ban or a
    /// rejected login is not made worse while the connection in charge is well.
    /// </summary>
    /// <param name="failures">How many have failed in a row, from 1.</param>
    /// <param name="why">Why the last one failed.</param>
    /// <param name="options">The curve of the delays; its limits do not count, for nothing is given up.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1.</param>
    public static TimeSpan RetryIn(int failures, CloseReason why, ReconnectOptions options, double chance)
    {
        var backoff = Backoff.Delay(failures, options, chance);
        var afterLoss = ReconnectPolicy.Default.Decide(new ReconnectSituation(why, failures) { ClassAttempt = failures }, WithoutLimits(options), chance).Delay;
        return new[] { ShortestRetry, backoff, afterLoss }.Max();
    }

    private static ReconnectOptions WithoutLimits(ReconnectOptions options) => options with
    {
        MaxAttempts = null,
        MaxRejections = null,
        Classes = options.Classes.ToDictionary(of => of.Key, of => of.Value with { GiveUp = false, MaxAttempts = null }),
    };

    // One that was made within today's window has just been rotated, or is fresh: the next window is tomorrow's.
    private static DateTimeOffset NextWindow(DateTimeOffset connectedAt, TimeOnly time)
    {
        var utc = connectedAt.ToUniversalTime();
        var today = new DateTimeOffset(utc.Date, TimeSpan.Zero) + time.ToTimeSpan();
        return today > utc ? today : today.AddDays(1);
    }
}
