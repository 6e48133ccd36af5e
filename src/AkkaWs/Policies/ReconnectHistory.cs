using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>
/// What a connection remembers of its failures, to decide on the next attempt. Counts start again only when a connection proved stable. Pure and
/// immutable: each event returns the next value, and time comes in as an argument.
/// </summary>
internal readonly record struct ReconnectHistory
{
    private readonly ErrorClass? _class;
    private readonly TimeSpan? _downSince;

    private ReconnectHistory(ErrorClass? of, TimeSpan? downSince) => (_class, _downSince) = (of, downSince);

    /// <summary>Failures in a row: the number of the attempt that follows.</summary>
    public int Attempt { get; private init; }

    /// <summary>Failures in a row of the last one's class.</summary>
    public int ClassAttempt { get; private init; }

    /// <summary>Logins and connections in a row that the server rejected.</summary>
    public int Rejections { get; private init; }

    /// <summary>Whether attempts pause altogether.</summary>
    public CircuitBreaker Circuit { get; private init; }

    /// <summary>A connection is opened: it is down until it is Ready.</summary>
    public static ReconnectHistory Opened(TimeSpan now) => new(null, now);

    /// <summary>An attempt failed, or a connection was lost.</summary>
    public ReconnectHistory Failed(CloseReason reason, TimeSpan now, ReconnectOptions options) => new(reason.Class, _downSince ?? now)
    {
        Attempt = Attempt + 1,
        ClassAttempt = _class == reason.Class ? ClassAttempt + 1 : 1,
        Rejections = Rejections + (reason.Class is ErrorClass.AuthenticationRejected or ErrorClass.PolicyViolation ? 1 : 0),
        Circuit = reason.Class == ErrorClass.Rotation ? Circuit : Circuit.Failed(now, options.Circuit), // planned: nothing failed
    };

    /// <summary>What the decision on the next attempt depends on; <paramref name="reason"/> has been recorded.</summary>
    public ReconnectSituation SituationOf(CloseReason reason, TimeSpan now, ReconnectOptions options) => new(reason, Attempt)
    {
        ClassAttempt = ClassAttempt,
        Rejections = Rejections,
        RecentFailures = options.Circuit.Failures is null ? 0 : Circuit.FailuresWithin(now, options.Circuit),
        Downtime = _downSince is { } since ? now - since : TimeSpan.Zero,
        CircuitOpenFor = Circuit.Remaining(now),
        CircuitExhausted = Circuit.IsExhausted(options.Circuit),
    };

    /// <summary>The next attempt is decided on.</summary>
    public ReconnectHistory Decided(ReconnectDecision decision) => decision.ResetsAttempts ? this with { Attempt = 1, ClassAttempt = 1 } : this;

    /// <summary>The connection is Ready, which proves nothing yet.</summary>
    public ReconnectHistory Ready() => new(_class, null) { Attempt = Attempt, ClassAttempt = ClassAttempt, Rejections = Rejections, Circuit = Circuit };

    /// <summary>The connection has been Ready long enough.</summary>
    public ReconnectHistory Stable(TimeSpan now) => new(null, _downSince) { Circuit = Circuit.Succeeded(now) };
}
