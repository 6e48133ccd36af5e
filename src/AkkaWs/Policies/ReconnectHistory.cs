using System.Collections.Immutable;
using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>
/// What a connection remembers of its failures, to decide on the next attempt. Counts start again only when a connection proved stable. Pure and
/// immutable: each event returns the next value, and time comes in as an argument.
/// </summary>
internal readonly record struct ReconnectHistory
{
    private readonly TimeSpan? _downSince;

    private ReconnectHistory(TimeSpan? downSince) => _downSince = downSince;

    /// <summary>Failures in a row: the number of the attempt that follows.</summary>
    public int Attempt { get; private init; }

    /// <summary>Whether attempts pause altogether.</summary>
    public CircuitBreaker Circuit { get; private init; }

    private ImmutableDictionary<ErrorClass, int>? Classes { get; init; }

    /// <summary>A connection is opened: it is down until it is Ready.</summary>
    public static ReconnectHistory Opened(TimeSpan now) => new(now);

    /// <summary>How many failures were of a class since the last stable connection.</summary>
    public int FailuresOf(ErrorClass of) => Classes?.GetValueOrDefault(of) ?? 0;

    /// <summary>An attempt failed, or a connection was lost.</summary>
    public ReconnectHistory Failed(CloseReason reason, TimeSpan now, ReconnectOptions options) => new(_downSince ?? now)
    {
        Attempt = Attempt + 1,
        Classes = Count(reason.Class, FailuresOf(reason.Class) + 1),
        Circuit = reason.Class == ErrorClass.Rotation ? Circuit : Circuit.Failed(now, options.Circuit), // planned: nothing failed
    };

    /// <summary>What the decision on the next attempt depends on; <paramref name="reason"/> has been recorded.</summary>
    public ReconnectSituation SituationOf(CloseReason reason, TimeSpan now, ReconnectOptions options) => new(reason, Attempt)
    {
        ClassAttempt = FailuresOf(reason.Class),
        Rejections = FailuresOf(ErrorClass.AuthenticationRejected) + FailuresOf(ErrorClass.PolicyViolation),
        RecentFailures = options.Circuit.Failures is null ? 0 : Circuit.FailuresWithin(now, options.Circuit),
        Downtime = _downSince is { } since ? now - since : TimeSpan.Zero,
        CircuitOpenFor = Circuit.Remaining(now),
        CircuitExhausted = Circuit.IsExhausted(options.Circuit),
    };

    /// <summary>The next attempt, after a failure of class <paramref name="of"/>, is decided on.</summary>
    public ReconnectHistory Decided(ReconnectDecision decision, ErrorClass of) =>
        decision.ResetsAttempts ? this with { Attempt = 1, Classes = Count(of, 1) } : this;

    /// <summary>The connection is Ready, which proves nothing yet.</summary>
    public ReconnectHistory Ready() => new(null) { Attempt = Attempt, Classes = Classes, Circuit = Circuit };

    /// <summary>The connection has been Ready long enough.</summary>
    public ReconnectHistory Stable(TimeSpan now) => new(_downSince) { Circuit = Circuit.Succeeded(now) };

    private ImmutableDictionary<ErrorClass, int> Count(ErrorClass of, int failures) =>
        (Classes ?? ImmutableDictionary<ErrorClass, int>.Empty).SetItem(of, failures);
}
