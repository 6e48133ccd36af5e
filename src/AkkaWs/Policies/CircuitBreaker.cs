using System.Collections.Immutable;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>What a circuit lets through.</summary>
internal enum CircuitState
{
    /// <summary>Everything: failures are only counted.</summary>
    Closed,

    /// <summary>Nothing, for a time.</summary>
    Open,

    /// <summary>One attempt, whose outcome closes the circuit or opens it again.</summary>
    Probing,
}

/// <summary>
/// Counts failures within a window; too many open the circuit for a time, then one probe decides. Pure and immutable: each event returns the
/// next value, and time comes in as an argument.
/// <code>
/// Closed → (failures within the window) → Open → (time) → Probing → (failure) → Open
///                                                                 → (success) → Closed
/// </code>
/// </summary>
internal readonly record struct CircuitBreaker
{
    private readonly ImmutableArray<TimeSpan> _failures;
    private readonly TimeSpan? _opensUntil;

    private CircuitBreaker(ImmutableArray<TimeSpan> failures, TimeSpan? opensUntil, int opens) =>
        (_failures, _opensUntil, Opens) = (failures, opensUntil, opens);

    /// <summary>Nothing has failed yet.</summary>
    public static CircuitBreaker Closed => default;

    /// <summary>How often in a row the circuit has opened.</summary>
    public int Opens { get; }

    public CircuitState StateAt(TimeSpan now) =>
        _opensUntil is not { } until ? CircuitState.Closed : now < until ? CircuitState.Open : CircuitState.Probing;

    /// <summary>How long nothing may be attempted; zero if the circuit is not open.</summary>
    public TimeSpan Remaining(TimeSpan now) => _opensUntil is { } until && until > now ? until - now : TimeSpan.Zero;

    /// <summary>How many failures count at this time.</summary>
    public int FailuresWithin(TimeSpan now, CircuitBreakerOptions options) =>
        _failures.IsDefault ? 0 : _failures.Count(at => now - at < options.Window);

    /// <summary>Whether the circuit has opened more often in a row than is allowed.</summary>
    public bool IsExhausted(CircuitBreakerOptions options) => Opens > options.MaxOpens;

    /// <summary>An attempt failed, or a connection was lost. A failure while the circuit is open changes nothing.</summary>
    public CircuitBreaker Failed(TimeSpan now, CircuitBreakerOptions options)
    {
        if (options.Failures is not { } most)
            return default;
        switch (StateAt(now))
        {
            case CircuitState.Open:
                return this;
            case CircuitState.Probing:
                return Open(now, options);
            default:
                // No more are kept than can open the circuit.
                ImmutableArray<TimeSpan> kept = _failures.IsDefault ? [now] : [.. _failures.Where(at => now - at < options.Window), now];
                return kept.Length < most ? new(kept, null, Opens) : Open(now, options);
        }
    }

    /// <summary>
    /// A connection proved stable. Call it no sooner: one that was only accepted has shown nothing. Failures of a closed circuit go on
    /// counting until the window has passed.
    /// </summary>
    public CircuitBreaker Succeeded(TimeSpan now) => StateAt(now) switch
    {
        CircuitState.Probing => default,
        CircuitState.Closed => new(_failures, null, 0),
        _ => this,
    };

    private CircuitBreaker Open(TimeSpan now, CircuitBreakerOptions options) => new([], now + options.OpenFor, Opens + 1);
}
