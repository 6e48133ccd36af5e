using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Hosting;

/// <summary>How long a connection that closed by itself stays closed. Pure.</summary>
internal static class ReopenDelay
{
    /// <summary>What the growing delay is bounded by, unless the first one is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>
    /// The delay before a reopening: <paramref name="first"/>, twice as long each further time in a row (then with the usual jitter, so that connections which
    /// closed together do not come back together), and never shorter than the server asked for.
    /// </summary>
    /// <param name="attempt">The number of the reopening in a row, from 1.</param>
    /// <param name="first">The delay before the first one.</param>
    /// <param name="reason">Why the connection closed.</param>
    /// <param name="options">The connection's, for how long a server's word is heeded.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1.</param>
    public static TimeSpan Of(int attempt, TimeSpan first, CloseReason? reason, ReconnectOptions options, double chance)
    {
        var growing = new ReconnectOptions { InitialDelay = first, MaxDelay = Longer(first, Longest), Factor = 2 };
        var delay = Backoff.Delay(attempt, attempt == 1 ? growing with { Jitter = 0 } : growing, chance);
        return reason is null ? delay : Longer(delay, ReconnectPolicy.RetryAfter(reason, options));
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
