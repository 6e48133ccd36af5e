using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>How long to wait before an attempt. Pure: chance comes in as an argument.</summary>
public static class Backoff
{
    private const double MaxGrowth = 1e30;

    /// <summary>
    /// <c>min(MaxDelay, jittered(InitialDelay · Factor^(attempt-1)))</c>: jitter first, then the clamp, so no delay exceeds its maximum.
    /// Full and equal jitter draw from what is left below the maximum: drawn from more, late attempts would nearly all wait just the maximum,
    /// and come back together.
    /// </summary>
    /// <param name="attempt">The attempt's number, from 1.</param>
    /// <param name="options">The policy's figures.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1.</param>
    /// <returns>Never negative, never above <see cref="ReconnectOptions.MaxDelay"/>.</returns>
    public static TimeSpan Delay(int attempt, ReconnectOptions options, double chance)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        // The power of a late attempt is infinite, and infinity times a zero (no initial delay, full jitter) is no number.
        var growth = Math.Min(Math.Pow(options.Factor, attempt - 1), MaxGrowth);
        var full = options.InitialDelay.Ticks * growth;
        var below = Math.Min(full, options.MaxDelay.Ticks);
        var jittered = options.JitterKind switch
        {
            JitterKind.Full => below * chance,
            JitterKind.Equal => below * (1 + chance) / 2,
            _ => full * (1 + options.Jitter * (2 * chance - 1)),
        };
        return jittered >= options.MaxDelay.Ticks ? options.MaxDelay : TimeSpan.FromTicks((long)Math.Max(jittered, 0));
    }
}
