using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>
/// Decides whether and when to connect again. Replace it where the figures of <see cref="ReconnectOptions"/> don't say enough, e.g. to stay
/// away during a venue's maintenance. An implementation is pure and quick: it runs on the connection's actor, and what it throws counts as a
/// crash of that actor. Hand it over where the connection is opened: <c>WebSocketClient.OpenAsync</c> and <c>ConnectAsync</c>.
/// </summary>
/// <example><code>
/// sealed class NotOnWeekends(TimeProvider clock) : IReconnectPolicy
/// {
///     public ReconnectDecision Decide(ReconnectSituation situation, ReconnectOptions options, double chance) =>
///         clock.GetUtcNow().DayOfWeek == DayOfWeek.Saturday
///             ? ReconnectDecision.RetryAfter(TimeSpan.FromHours(1))
///             : ReconnectPolicy.Default.Decide(situation, options, chance);
/// }
/// </code></example>
public interface IReconnectPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="situation">What happened, and how often.</param>
    /// <param name="options">The connection's figures.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1: the only chance that a decision may depend on.</param>
    ReconnectDecision Decide(ReconnectSituation situation, ReconnectOptions options, double chance);
}

/// <summary>What a decision to connect again depends on.</summary>
/// <param name="Reason">Why the connection was lost or not made.</param>
/// <param name="Attempt">The number of the attempt to decide on, from 1; it starts again only after a stable connection.</param>
public sealed record ReconnectSituation(CloseReason Reason, int Attempt)
{
    /// <summary>How many failures since the last stable connection were of the reason's class, this one included. Default: 1.</summary>
    public int ClassAttempt { get; init; } = 1;

    /// <summary>How many logins or connections in a row the server rejected, this one included. Default: 0.</summary>
    public int Rejections { get; init; }

    /// <summary>
    /// Whether an error that looks permanent should close the connection: it has never been Ready, and <see cref="ReconnectOptions.FailFast"/> holds for it.
    /// Default: false.
    /// </summary>
    public bool FailsFast { get; init; }

    /// <summary>How many failures lie within the circuit breaker's window; 0 if that is off. Default: 0.</summary>
    public int RecentFailures { get; init; }

    /// <summary>How long the connection has not been Ready; zero if it was until now. Default: zero.</summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>How long the circuit stays open, so that nothing may be attempted; zero if it is not. Default: zero.</summary>
    public TimeSpan CircuitOpenFor { get; init; }

    /// <summary>Whether the circuit has opened more often in a row than <see cref="CircuitBreakerOptions.MaxOpens"/>. Default: false.</summary>
    public bool CircuitExhausted { get; init; }
}

/// <summary>What to do after a loss.</summary>
/// <param name="GivesUp">Whether the connection closes for good.</param>
/// <param name="Delay">How long to wait before the next attempt; zero: at once.</param>
public readonly record struct ReconnectDecision(bool GivesUp, TimeSpan Delay)
{
    /// <summary>Close for good.</summary>
    public static ReconnectDecision GiveUp => new(true, TimeSpan.Zero);

    /// <summary>Whether it closes because attempts are used up, not because of the kind of error. Callers then get a <c>MaxReconnectAttemptsException</c>.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>Close for good: attempts are used up.</summary>
    public static ReconnectDecision Exhausted => GiveUp with { IsExhausted = true };

    /// <summary>
    /// Whether the error looks permanent, or the server sent us away for long: the connection's health is Unhealthy until it is Ready, and each attempt is
    /// reported by <c>RetryingSlowly</c> and an Error in the log.
    /// </summary>
    public bool IsSlow { get; init; }

    /// <summary>Whether attempts are counted from this one again, as number 1.</summary>
    public bool ResetsAttempts { get; init; }

    /// <summary>Try again after <paramref name="delay"/>.</summary>
    public static ReconnectDecision RetryAfter(TimeSpan delay) => new(false, delay);
}
